//! The contacts and their phones.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// A contact.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Phone {
    /// The WhatsApp id, digits.
    pub wa_id: String,
    /// The profile name.
    pub name: String,
    /// The business-scoped user id.
    pub user_id: String,
    /// Webhooks carry only the user id.
    pub hide_number: bool,
    /// Marketing templates fail with 131050.
    #[serde(default)]
    pub stop_marketing: bool,
}

/// What is given of a phone that is made; the rest is made up.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PhoneSpec {
    /// The WhatsApp id, digits.
    #[serde(default)]
    pub wa_id: Option<String>,
    /// The profile name.
    #[serde(default)]
    pub name: Option<String>,
    /// Webhooks carry only the user id.
    #[serde(default)]
    pub hide_number: Option<bool>,
    /// Marketing templates fail with 131050.
    #[serde(default)]
    pub stop_marketing: Option<bool>,
}

const NAMES: [&str; 12] =
    ["Ana", "Bruno", "Carla", "Diego", "Elena", "Farid", "Greta", "Hugo", "Inés", "Jonas", "Kira", "Luis"];

#[derive(Debug)]
pub(crate) struct Phones {
    by_wa_id: HashMap<String, Phone>,
    by_user_id: HashMap<String, String>,
    /// In the order in which they were made.
    order: Vec<String>,
    most: usize,
}

impl Phones {
    pub(crate) fn new(most: usize) -> Self {
        Self { by_wa_id: HashMap::new(), by_user_id: HashMap::new(), order: Vec::new(), most }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Phone> {
        self.order.iter().filter_map(|wa_id| self.by_wa_id.get(wa_id))
    }

    pub(crate) fn get(&self, wa_id: &str) -> Option<&Phone> {
        self.by_wa_id.get(wa_id)
    }

    /// Makes a phone or changes one. `None` when there are too many.
    pub(crate) fn put(&mut self, spec: PhoneSpec) -> Option<Phone> {
        let no = self.order.len();
        let wa_id = spec.wa_id.unwrap_or_else(|| self.free_number(no));
        if let Some(phone) = self.by_wa_id.get_mut(&wa_id) {
            phone.name = spec.name.unwrap_or_else(|| std::mem::take(&mut phone.name));
            phone.hide_number = spec.hide_number.unwrap_or(phone.hide_number);
            phone.stop_marketing = spec.stop_marketing.unwrap_or(phone.stop_marketing);
            return Some(phone.clone());
        }
        if no >= self.most {
            return None;
        }
        let phone = Phone {
            name: spec.name.unwrap_or_else(|| NAMES[no % NAMES.len()].to_owned()),
            user_id: user_id(&wa_id),
            hide_number: spec.hide_number.unwrap_or(false),
            stop_marketing: spec.stop_marketing.unwrap_or(false),
            wa_id,
        };
        self.order.push(phone.wa_id.clone());
        self.by_user_id.insert(phone.user_id.clone(), phone.wa_id.clone());
        self.by_wa_id.insert(phone.wa_id.clone(), phone.clone());
        Some(phone)
    }

    fn free_number(&self, start: usize) -> String {
        let number = |no: usize| format!("4915{:09}", 123_456_789 + no);
        // Among one more numbers than there are phones, one is free.
        let mut numbers = (start..=start + self.order.len()).map(number);
        numbers.find(|number| !self.by_wa_id.contains_key(number)).unwrap_or_default()
    }

    /// The phone that a business means by a number or a user id, also when WhatsApp knows it by another spelling.
    pub(crate) fn addressed(&self, to: &str) -> Option<&Phone> {
        if let Some(phone) = self.by_user_id.get(to).and_then(|wa_id| self.by_wa_id.get(wa_id)) {
            return Some(phone);
        }
        let digits: String = to.chars().filter(char::is_ascii_digit).collect();
        self.by_wa_id.get(&digits).or_else(|| self.by_wa_id.get(&other_spelling(&digits)?))
    }
}

/// Brazilian mobile numbers are known with and without a 9, Mexican ones with and without a 1.
fn other_spelling(number: &str) -> Option<String> {
    match (number.get(..2)?, number.len()) {
        ("55", 13) if &number[4..5] == "9" => Some(format!("{}{}", &number[..4], &number[5..])),
        ("55", 12) => Some(format!("{}9{}", &number[..4], &number[4..])),
        ("52", 13) if &number[2..3] == "1" => Some(format!("52{}", &number[3..])),
        ("52", 12) => Some(format!("521{}", &number[2..])),
        _ => None,
    }
}

/// A user id that tells nothing: a hash of the number, so that the same phone has the same one after a reset.
fn user_id(wa_id: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(wa_id.as_bytes());
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    format!("{}.{}", country(wa_id), u64::from_be_bytes(bytes))
}

fn country(wa_id: &str) -> &'static str {
    const COUNTRIES: [(&str, &str); 8] = [
        ("49", "DE"),
        ("55", "BR"),
        ("52", "MX"),
        ("57", "CO"),
        ("34", "ES"),
        ("44", "GB"),
        ("91", "IN"),
        ("51", "PE"),
    ];
    COUNTRIES.iter().find(|(code, _)| wa_id.starts_with(code)).map_or("US", |(_, country)| country)
}
