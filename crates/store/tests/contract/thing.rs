//! Things to put into a store.

use chasqui_model::account::{Account, ApiToken, Role, User};
use chasqui_model::bot::Bot;
use chasqui_model::integration::{Credentials, GraphVersion, Health, Integration, Phone, Settings, Token};
use chasqui_model::secret::Secret;
use chasqui_model::{Id, Part};
use chasqui_store::noun::account::First;

use crate::engine::Bench;

impl Bench {
    /// What an installation begins with.
    pub fn first(&self) -> First {
        let now = self.clock.now();
        let account = Account { id: self.clock.id(), name: "Alpaca & Oak".into(), created_at: now };
        let owner = User {
            id: self.clock.id(),
            email: "ana@example.com".into(),
            name: "Ana".into(),
            password_hash: "$argon2id$…".into(),
            created_at: now,
        };
        let token = ApiToken {
            id: self.clock.id(),
            account: account.id,
            user: owner.id,
            name: "First".into(),
            role: Role::Owner,
            created_at: now,
            last_used_at: None,
        };
        First { account, owner, token, token_hash: [1; 32] }
    }

    /// A bot of an account, saved.
    pub async fn bot(&self, account: Id<Account>) -> Bot {
        let now = self.clock.now();
        let bot = Bot {
            id: self.clock.id(),
            account,
            name: "Menu".into(),
            revision: 1,
            version: None,
            published_revision: None,
            created_at: now,
            updated_at: now,
            published_at: None,
        };
        self.store.insert_bot(&bot, r#"{"format":1}"#.into()).await.unwrap();
        bot
    }

    /// An integration that nobody has saved.
    pub fn integration(&self, account: Id<Account>, bot: Id<Bot>, number: &str) -> Integration {
        let now = self.clock.now();
        let id = self.clock.id();
        Integration {
            id,
            account,
            name: Some("Main line".into()),
            bot,
            active: true,
            active_since: now,
            health: Health::Ok,
            health_reason: None,
            credentials: Credentials {
                business_account_id: "102290129340398".into(),
                phone_number_id: number.into(),
                app_id: "670843887433847".into(),
                app_secret: Secret::new("0123456789abcdef0123456789abcdef"),
                access_token: Secret::new("EAAtoken"),
                token: Token::default(),
                verify_token: Secret::new(format!("verify-{id}")),
                version: GraphVersion::parse("v25.0").unwrap(),
            },
            settings: Settings::default(),
            phone: Phone { display_phone_number: Some("+1 555".into()), ..Phone::default() },
            webhook_verified_at: None,
            last_delivery_at: None,
            last_activity_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// An account with a saved bot and a saved integration.
    pub async fn number(&self) -> Number {
        let account = self.clock.id();
        let bot = self.bot(account).await.id;
        let integration = self.integration(account, bot, &account.uuid().as_u128().to_string());
        self.store.insert_integration(&integration).await.unwrap();
        Number { account, bot, id: integration.id, part: Part::of(integration.id) }
    }
}

/// A saved integration.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    pub account: Id<Account>,
    pub bot: Id<Bot>,
    pub id: Id<Integration>,
    pub part: Part,
}
