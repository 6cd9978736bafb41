//! The contacts and their phones.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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
    /// The user name, with or without the `@`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The user id that linked portfolios share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_user_id: Option<String>,
}

impl Phone {
    /// The profile as webhooks carry it.
    pub(crate) fn profile(&self) -> Value {
        let mut profile = json!({"name": self.name});
        if let Some(username) = &self.username {
            profile["username"] = json!(username);
        }
        profile
    }
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
    /// The user name, with or without the `@`.
    #[serde(default)]
    pub username: Option<String>,
    /// The user id that linked portfolios share.
    #[serde(default)]
    pub parent_user_id: Option<String>,
}

const NAMES: [&str; 12] =
    ["Ana", "Bruno", "Carla", "Diego", "Elena", "Farid", "Greta", "Hugo", "Inés", "Jonas", "Kira", "Luis"];

#[derive(Debug)]
pub(crate) struct Phones {
    by_wa_id: HashMap<String, Phone>,
    by_user_id: HashMap<String, String>,
    /// In the order in which they were made.
    order: Vec<String>,
    /// How often each number was given up. Whoever has it next is another person.
    given_up: HashMap<String, u32>,
    most: usize,
}

impl Phones {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            by_wa_id: HashMap::new(),
            by_user_id: HashMap::new(),
            order: Vec::new(),
            given_up: HashMap::new(),
            most,
        }
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
            phone.username = spec.username.or_else(|| phone.username.take());
            phone.parent_user_id = spec.parent_user_id.or_else(|| phone.parent_user_id.take());
            return Some(phone.clone());
        }
        if no >= self.most {
            return None;
        }
        let phone = Phone {
            name: spec.name.unwrap_or_else(|| NAMES[no % NAMES.len()].to_owned()),
            user_id: self.user_id(&wa_id),
            hide_number: spec.hide_number.unwrap_or(false),
            stop_marketing: spec.stop_marketing.unwrap_or(false),
            username: spec.username,
            parent_user_id: spec.parent_user_id,
            wa_id,
        };
        self.order.push(phone.wa_id.clone());
        self.insert(phone.clone());
        Some(phone)
    }

    fn insert(&mut self, phone: Phone) {
        for id in [Some(&phone.user_id), phone.parent_user_id.as_ref()].into_iter().flatten() {
            self.by_user_id.insert(id.clone(), phone.wa_id.clone());
        }
        self.by_wa_id.insert(phone.wa_id.clone(), phone);
    }

    /// A user id that tells nothing: a hash of the number, so that the same phone has the same one after a reset.
    fn user_id(&self, wa_id: &str) -> String {
        match self.given_up.get(wa_id) {
            None => user_id(wa_id, wa_id),
            Some(times) => user_id(wa_id, &format!("{wa_id} {times}")),
        }
    }

    /// A person takes another number, and with it another user id. `None` when there is no such phone, or the number is
    /// somebody's. The number that was given up is free: whoever is made with it is somebody else.
    pub(crate) fn renumber(&mut self, old: &str, new: &str) -> Option<(Phone, Phone)> {
        if self.by_wa_id.contains_key(new) {
            return None;
        }
        let before = self.by_wa_id.remove(old)?;
        *self.given_up.entry(old.to_owned()).or_default() += 1;
        for id in [Some(&before.user_id), before.parent_user_id.as_ref()].into_iter().flatten() {
            self.by_user_id.remove(id);
        }
        let parent = before.parent_user_id.as_ref().map(|_| {
            let plain = self.user_id(&format!("{new} parent"));
            plain.replacen('.', ".ENT.", 1)
        });
        let after = Phone {
            wa_id: new.to_owned(),
            user_id: self.user_id(new),
            parent_user_id: parent,
            ..before.clone()
        };
        if let Some(place) = self.order.iter_mut().find(|wa_id| *wa_id == old) {
            new.clone_into(place);
        }
        self.insert(after.clone());
        Some((before, after))
    }

    fn free_number(&self, start: usize) -> String {
        let number = |no: usize| format!("4915{:09}", 123_456_789 + no);
        // Among one more numbers than there are phones, one is free.
        let mut numbers = (start..=start + self.order.len()).map(number);
        numbers.find(|number| !self.by_wa_id.contains_key(number)).unwrap_or_default()
    }

    /// The phone of a user id, or of the id that linked portfolios share.
    pub(crate) fn of_user(&self, user_id: &str) -> Option<&Phone> {
        self.by_user_id.get(user_id).and_then(|wa_id| self.by_wa_id.get(wa_id))
    }

    /// The phone that a business means by a number or a user id, also when WhatsApp knows it by another spelling.
    pub(crate) fn addressed(&self, to: &str) -> Option<&Phone> {
        if let Some(phone) = self.of_user(to) {
            return Some(phone);
        }
        let digits: String = to.chars().filter(char::is_ascii_digit).collect();
        self.by_wa_id.get(&digits).or_else(|| self.by_wa_id.get(&other_spelling(&digits)?))
    }
}

/// Brazilian mobile numbers are known with and without a 9, Mexican ones with and without a 1, Argentine ones with and
/// without a 9.
fn other_spelling(number: &str) -> Option<String> {
    match (number.get(..2)?, number.len()) {
        ("55", 13) if &number[4..5] == "9" => Some(format!("{}{}", &number[..4], &number[5..])),
        ("55", 12) => Some(format!("{}9{}", &number[..4], &number[4..])),
        ("52", 13) if &number[2..3] == "1" => Some(format!("52{}", &number[3..])),
        ("52", 12) => Some(format!("521{}", &number[2..])),
        ("54", 13) if &number[2..3] == "9" => Some(format!("54{}", &number[3..])),
        ("54", 12) => Some(format!("549{}", &number[2..])),
        _ => None,
    }
}

fn user_id(wa_id: &str, seed: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(seed.as_bytes());
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    format!("{}.{}", country(wa_id), u64::from_be_bytes(bytes))
}

fn country(wa_id: &str) -> &'static str {
    const COUNTRIES: [(&str, &str); 9] = [
        ("49", "DE"),
        ("54", "AR"),
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
