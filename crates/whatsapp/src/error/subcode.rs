//! Subcodes: what they add to a code. Meta calls them outdated and sends them all the same.

/// Codes that Meta's management endpoints put under another one, mostly 100: they say more than it does.
const OWN_MEANING: i64 = 1_000_000;

/// The code of the table that a pair stands for, when that is another one than the code itself.
pub(super) fn stands_for(code: i64, subcode: Option<i64>) -> Option<i64> {
    match (code, subcode?) {
        // An id that does not exist or may not be seen comes as a bad parameter.
        (100, 33) => Some(33),
        (_, subcode) if subcode > OWN_MEANING => super::table::row(subcode).map(|_| subcode),
        _ => None,
    }
}
