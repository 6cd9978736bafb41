//! Tokens that stand for a file for a while. They lie in no table: each says what it stands for, sealed.

use chasqui_model::account::Account;
use chasqui_model::media::Media;
use chasqui_model::secret::Secret;
use chasqui_model::{Id, Timestamp};

use crate::{Result, Store};

/// Where tokens of files are sealed for.
const TOKEN: &str = "media/token";

impl Store {
    /// What stands for a file until a time: whoever has it may read the file. It is sealed, so nobody can make one.
    pub fn file_token(&self, account: Id<Account>, id: Id<Media>, until: Timestamp) -> Result<String> {
        let text = Secret::new(format!("{account} {id} {}", until.millis()));
        Ok(hex::encode(self.vault.seal(TOKEN, &text)?))
    }

    /// The file that a token stands for. `None` for one that is not ours or whose time is over.
    pub async fn file_of_token(&self, token: &str, now: Timestamp) -> Result<Option<Media>> {
        let opened = hex::decode(token).ok().and_then(|sealed| self.vault.open(TOKEN, &sealed).ok());
        let Some(text) = opened else { return Ok(None) };
        let mut words = text.expose().split(' ');
        let (Some(account), Some(id), Some(until)) = (words.next(), words.next(), words.next()) else {
            return Ok(None);
        };
        let until: Option<i64> = until.parse().ok();
        match (account.parse(), id.parse()) {
            (Ok(account), Ok(id)) if until.is_some_and(|until| now.millis() < until) => {
                self.media(account, id).await
            }
            _ => Ok(None),
        }
    }
}
