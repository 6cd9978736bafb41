//! Drives a simulator in tests: businesses, contacts who write and tap, and what arrived on their phones.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use chasqui_simulator::{Config, Simulator, harness};
//!
//! let meta = Simulator::start(Config::default()).await?;
//! meta.create_business(harness::business().with_callback("http://127.0.0.1:8080/webhooks/whatsapp/…"));
//! let ana = meta.contact("Ana", harness::NUMBER)?;
//! ana.says("hi")?;
//! ana.wait_for(1, Duration::from_secs(5)).await?;
//! ana.taps("Yes")?;
//! # Ok(()) }
//! ```

mod contact;
mod seen;

use std::time::Duration;

use chasqui_model::Timestamp;
use serde_json::json;

pub use contact::{Contact, NoSuchButton, TimedOut};
pub use seen::Seen;

use crate::Simulator;
use crate::control::inbound::{self, InboundSpec};
use crate::control::{self, Problem};
use crate::world::business::{BusinessSpec, NumberSpec, TemplateSpec, TokenSpec};
use crate::world::fault::FaultSpec;
use crate::world::log::LogItem;
use crate::world::phone::PhoneSpec;
use crate::world::settings::Settings;

/// The number of [`business`].
pub const NUMBER: &str = "106540352242922";
/// The business account of [`business`].
pub const ACCOUNT: &str = "102290129340398";
/// The app of [`business`].
pub const APP: &str = "670843887433847";
/// The app secret of [`business`].
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// A token of [`business`] that never expires.
pub const TOKEN: &str = "EAAtoken";

/// A business with one number, one token, and the templates `reopen` (one variable) and `hello` (none).
pub fn business() -> BusinessSpec {
    let template = |name: &str, text: &str| TemplateSpec {
        id: String::new(),
        name: name.to_owned(),
        language: "en".to_owned(),
        category: "UTILITY".to_owned(),
        status: "APPROVED".to_owned(),
        parameter_format: "POSITIONAL".to_owned(),
        components: vec![json!({"type": "BODY", "text": text})],
    };
    BusinessSpec {
        app_id: APP.to_owned(),
        app_secret: SECRET.to_owned(),
        business_account_id: ACCOUNT.to_owned(),
        require_appsecret_proof: true,
        utc_offset_minutes: 0,
        numbers: vec![NumberSpec { id: NUMBER.to_owned(), ..NumberSpec::default() }],
        tokens: vec![TokenSpec {
            token: TOKEN.to_owned(),
            kind: "SYSTEM_USER".to_owned(),
            expires_in: None,
            scopes: Vec::new(),
            revoked: false,
        }],
        templates: vec![template("reopen", "Hello {{1}}, shall we go on?"), template("hello", "Hello!")],
    }
}

impl BusinessSpec {
    /// All its numbers deliver here, without a handshake.
    pub fn with_callback(mut self, url: &str) -> Self {
        for number in &mut self.numbers {
            number.callback_url = Some(url.to_owned());
        }
        self
    }
}

impl Simulator {
    /// Puts a business in; the same ids replace.
    pub fn create_business(&self, spec: BusinessSpec) {
        control::business::create(&self.meta, spec);
    }

    /// A contact who writes to a number. Each call makes another person.
    pub fn contact(&self, name: &str, phone_number_id: &str) -> Result<Contact, Problem> {
        let spec = PhoneSpec { name: Some(name.to_owned()), ..PhoneSpec::default() };
        self.phone(spec, phone_number_id)
    }

    /// A contact with everything chosen.
    pub fn phone(&self, spec: PhoneSpec, phone_number_id: &str) -> Result<Contact, Problem> {
        if !self.meta.with(|world| world.businesses.numbers.contains_key(phone_number_id)) {
            return Err(Problem::missing("no such number"));
        }
        let phone = control::phone::create(&self.meta, spec)?;
        Ok(Contact::new(&self.meta, &phone.wa_id, phone_number_id))
    }

    /// A contact sends something, with all options.
    pub fn inbound(&self, spec: InboundSpec) -> Result<String, Problem> {
        inbound::send(&self.meta, spec).map(|wamid| wamid.to_string())
    }

    /// Changes the settings.
    pub fn set(&self, change: impl FnOnce(&mut Settings)) {
        self.meta.with(|world| change(&mut world.settings));
    }

    /// Orders a fault; its id.
    pub fn add_fault(&self, spec: FaultSpec) -> String {
        let now = self.meta.now();
        self.meta.with(|world| world.faults.add(spec, now))
    }

    /// Skips time.
    pub fn advance(&self, by: Duration) {
        self.meta.clock.advance(by);
    }

    /// The simulator's time.
    pub fn now(&self) -> Timestamp {
        self.meta.now()
    }

    /// The newest items of the log, newest first.
    pub fn log(&self, limit: usize) -> Vec<LogItem> {
        self.meta.with(|world| world.log.newest(limit))
    }

    /// How many calls of `POST /messages` were taken, and how many refused, among those still kept.
    pub fn sends(&self) -> (usize, usize) {
        self.meta.with(|world| {
            let taken = world.received.after(0).filter(|call| call.wamid.is_some()).count();
            (taken, world.received.after(0).count() - taken)
        })
    }
}
