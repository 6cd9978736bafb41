//! Business-scoped user ids: how a business names people whose number WhatsApp withholds.

use crate::message::AliasKind;

/// Most characters behind the country.
const LONGEST: usize = 128;

/// What an id is: `US.1349…` is a user's, `US.ENT.1181…` that of linked portfolios. `None` when it is no such id.
pub fn kind_of(text: &str) -> Option<AliasKind> {
    let (country, rest) = text.split_once('.')?;
    let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    let (kind, id) = match rest.strip_prefix("ENT.") {
        Some(id) => (AliasKind::ParentUserId, id),
        None => (AliasKind::UserId, rest),
    };
    let is_id = (1..=LONGEST).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_country && is_id).then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_a_country_a_dot_and_letters_or_digits() {
        for id in ["US.13491208655302741918", "DE.a", "CA.2086157822334836"] {
            assert_eq!(kind_of(id), Some(AliasKind::UserId), "{id}");
        }
        assert_eq!(kind_of("US.ENT.11815799212886844830"), Some(AliasKind::ParentUserId));
        let long = format!("US.{}", "1".repeat(129));
        for text in
            ["", "US", "US.", "us.1", "USA.1", "+4915123456789", "US.1 2", "US.ENT.", "US.1.2", "U1.2", &long]
        {
            assert_eq!(kind_of(text), None, "{text}");
        }
    }
}
