//! Things to put into a store.

use chasqui_model::account::{Account, ApiToken, Role, User};
use chasqui_model::bot::Bot;
use chasqui_model::contact::Contact;
use chasqui_model::conversation::{Conversation, Status};
use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::{Credentials, GraphVersion, Health, Integration, Phone, Settings, Token};
use chasqui_model::message::{Author, MessageStatus, Sender};
use chasqui_model::secret::Secret;
use chasqui_model::{Id, Part};
use chasqui_store::inbox::{Arrival, Item};
use chasqui_store::noun::account::First;
use chasqui_store::turn::{ConversationWrite, NewMessage, Record, Turn};

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
            scopes: vec![],
            expires_at: None,
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
        let credentials = Credentials {
            business_account_id: "102290129340398".into(),
            messaging_account_id: None,
            phone_number_id: number.into(),
            app_id: "670843887433847".into(),
            app_secret: Secret::new("0123456789abcdef0123456789abcdef"),
            access_token: Secret::new("EAAtoken"),
            token: Token::default(),
            verify_token: Secret::new(format!("verify-{id}")),
            version: GraphVersion::parse("v25.0").unwrap(),
        };
        let fresh = Integration::fresh(id, account, bot, (credentials, Settings::default()), now);
        let phone = Phone { display_phone_number: Some("+1 555".into()), ..Phone::default() };
        Integration { name: Some("Main line".into()), health: Health::Ok, phone, ..fresh }
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

impl Number {
    /// A message of a contact on its way into the inbox.
    pub fn arrival(&self, bench: &Bench, key: u8, wa_id: &str) -> Arrival {
        Arrival {
            part: self.part,
            account: self.account,
            integration: self.id,
            key: [key; 16],
            former: None,
            sender: Sender { wa_id: Some(wa_id.into()), name: Some("Jonas".into()), ..Sender::default() },
            also: Vec::new(),
            fresh_contact: bench.clock.id(),
            kind: 1,
            payload: format!("{{\"key\":{key}}}"),
            wrote_at: Some(bench.clock.now()),
            at: bench.clock.now(),
            said_at: bench.clock.now(),
            ours: false,
            renamed: None,
        }
    }

    /// A contact who wrote, and what is in the inbox of it.
    pub async fn wrote(&self, bench: &mut Bench, key: u8, wa_id: &str) -> Item {
        let arrival = self.arrival(bench, key, wa_id);
        assert_eq!(bench.store.hot().accept(vec![arrival]).await.unwrap(), [true]);
        bench.item().await
    }

    /// A turn that begins a conversation with a question.
    pub fn begins(&self, bench: &Bench, item: &Item) -> Turn {
        let conversation = self.conversation(bench, item.contact);
        let question = Self::message(bench, &conversation, 1, Author::Bot);
        self.turn(item, conversation, None, vec![question])
    }

    /// A conversation in its first turn.
    pub fn conversation(&self, bench: &Bench, contact: Id<Contact>) -> Conversation {
        let now = bench.clock.now();
        Conversation {
            id: bench.clock.id(),
            account: self.account,
            integration: self.id,
            contact,
            bot: self.bot,
            bot_version: 1,
            status: Status::Waiting,
            state: r#"{"variables":{}}"#.into(),
            version: 1,
            turns: 1,
            messages: 1,
            started_at: now,
            last_message_at: now,
            expires_at: None,
            ended_at: None,
            end_reason: None,
        }
    }

    /// A message of a transcript.
    pub fn message(bench: &Bench, it: &Conversation, no: i64, author: Author) -> NewMessage {
        let (status, wamid) = match author {
            Author::Contact => (MessageStatus::Received, Some(format!("wamid.{no}"))),
            Author::Bot | Author::Person => (MessageStatus::Queued, None),
        };
        NewMessage {
            id: bench.clock.id(),
            conversation: it.id,
            no,
            author,
            kind: "text",
            content: format!(r#"{{"type":"text","body":"message {no}"}}"#),
            reply_to: None,
            status,
            wamid,
            turn: Some(it.turns),
            node: None,
            at: bench.clock.now(),
        }
    }

    /// A turn of one inbox row.
    pub fn turn(
        &self,
        item: &Item,
        conversation: Conversation,
        was: Option<i64>,
        messages: Vec<NewMessage>,
    ) -> Turn {
        let record = Record {
            no: conversation.turns,
            at: item.at,
            duration_us: 5,
            trace: r#"{"cause":"start"}"#.into(),
        };
        Turn {
            part: self.part,
            account: self.account,
            integration: self.id,
            contact: item.contact,
            ends: None,
            conversation: Some(ConversationWrite { conversation: Box::new(conversation), was }),
            record: Some(record),
            messages,
            calls: Vec::new(),
            timers: Vec::new(),
            done: vec![item.seq],
            rest: None,
            events: Vec::new(),
            media: Vec::new(),
        }
    }

    /// What the owner is told.
    pub fn event(&self, bench: &Bench, severity: Severity) -> Event {
        Event {
            id: bench.clock.id(),
            account: self.account,
            integration: Some(self.id),
            conversation: None,
            node: None,
            severity,
            code: "send_refused".into(),
            graph_code: Some(131_047),
            notice: chasqui_model::notice::Notice::Words {
                code: "send_refused".into(),
                text: "The window is closed. Send a template.".into(),
            },
            at: bench.clock.now(),
        }
    }
}

/// The outcome of the only turn.
pub fn only(outcomes: Vec<chasqui_store::Result<()>>) -> chasqui_store::Result<()> {
    let [outcome] = <[_; 1]>::try_from(outcomes).unwrap();
    outcome
}
