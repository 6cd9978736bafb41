//! The time zone in which a number's bots tell the time, when they name none themselves: what its integration says, else
//! that of its country where the country has one, else the account's, else UTC.

mod country;

use std::time::Duration;

use chasqui_model::account::Account;
use chasqui_model::integration::Integration;
use chasqui_model::{Id, Timestamp};
use chasqui_store::Error;
use dashmap::DashMap;

use crate::Inner;

/// How long an account's time zone is taken for known: another process may have changed it.
const KNOWN_FOR: Duration = Duration::from_mins(1);
const USUAL: &str = "UTC";

/// A number's time zone, and where it was taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// An IANA name.
    pub name: String,
    /// Whose it is.
    pub source: Source,
}

/// Whose time zone a number's bots have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The integration's settings say so.
    Setting,
    /// Its country has this one alone.
    Number,
    /// The account's.
    Account,
    /// Nobody said anything.
    Usual,
}

/// Time zones of accounts that were asked for lately.
#[derive(Debug, Default)]
pub(crate) struct Zones(DashMap<Id<Account>, (Option<String>, Timestamp)>);

impl Zones {
    /// The account was changed.
    pub(crate) fn forget(&self, account: Id<Account>) {
        self.0.remove(&account);
    }
}

/// The zone of a number, as far as its integration tells.
pub(crate) fn own(it: &Integration) -> Option<Zone> {
    let chosen = it.settings.time_zone.as_deref().filter(|name| chasqui_flow::is_time_zone(name));
    if let Some(name) = chosen {
        return Some(Zone { name: name.to_owned(), source: Source::Setting });
    }
    let name = country::zone(it.phone.display_phone_number.as_deref()?)?;
    Some(Zone { name: name.to_owned(), source: Source::Number })
}

/// The zone of an integration in an account with this one.
pub fn resolve(it: &Integration, account: Option<&str>) -> Zone {
    own(it).unwrap_or_else(|| match account {
        Some(name) => Zone { name: name.to_owned(), source: Source::Account },
        None => Zone { name: USUAL.to_owned(), source: Source::Usual },
    })
}

/// The zone's name for a number that tells none, for a turn.
pub(crate) async fn of(rt: &Inner, account: Id<Account>) -> Result<String, Error> {
    Ok(of_account(rt, account).await?.unwrap_or_else(|| USUAL.to_owned()))
}

async fn of_account(rt: &Inner, account: Id<Account>) -> Result<Option<String>, Error> {
    let now = rt.clock.steady();
    if let Some(known) = rt.zones.0.get(&account).filter(|known| now.since(known.1) < KNOWN_FOR) {
        return Ok(known.0.clone());
    }
    let zone = rt.store.account_settings(account).await?.time_zone;
    rt.zones.0.insert(account, (zone.clone(), now));
    Ok(zone)
}
