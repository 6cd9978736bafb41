//! Who somebody is: names that go from one person to another, whatever the order in which that is told.

use std::time::Duration;

use chasqui_model::contact::Contact;
use chasqui_model::message::{AliasKind, MessageStatus, Sender};
use chasqui_model::{Id, Timestamp};
use chasqui_store::inbox::Arrival;
use chasqui_store::noun::name::Recognized;
use chasqui_store::outbox::{Outcome, Sent};

use crate::engine::{Bench, contract};
use crate::thing::{Number, only};

contract!(
    a_number_that_was_given_up_leads_to_nobody,
    a_note_that_comes_late_leaves_the_newcomer_the_number,
    a_note_that_is_told_again_changes_nothing,
    somebody_may_go_back_to_their_old_number,
    a_chain_of_numbers_stays_one_person_in_both_orders,
    two_people_may_exchange_their_numbers,
    a_user_id_with_another_number_gives_up_the_old_one,
    a_number_with_another_user_id_is_somebody_else,
    a_parent_id_joins_what_a_user_id_parts,
    a_note_about_a_user_id_moves_one_person,
    a_message_from_before_the_change_stays_with_its_writer,
    a_line_is_one_person_in_both_forms,
    whoever_loses_a_name_gets_work,
    what_meta_tells_of_a_reader_joins_the_contact,
    a_reader_who_is_known_as_another_keeps_their_names,
    a_status_without_our_id_finds_its_message,
    what_was_erased_is_nobodys_former_name,
);

/// A story that happens on one number, second by second.
struct Story {
    bench: Bench,
    number: Number,
    began: Timestamp,
    key: u8,
}

fn sender(wa_id: &str, user_id: &str) -> Sender {
    let id = |id: &str| (!id.is_empty()).then(|| id.to_owned());
    Sender { wa_id: id(wa_id), user_id: id(user_id), ..Sender::default() }
}

impl Story {
    async fn begin(bench: Bench) -> Self {
        let number = bench.number().await;
        let began = bench.clock.now();
        Self { bench, number, began, key: 0 }
    }

    fn arrival(&mut self, sender: Sender, also: &[(AliasKind, &str)], second: u64) -> Arrival {
        self.key += 1;
        let mut arrival = self.number.arrival(&self.bench, self.key, "");
        arrival.sender = sender;
        arrival.also = also.iter().map(|(kind, value)| (*kind, (*value).to_owned())).collect();
        arrival.wrote_at = also.is_empty().then_some(arrival.at);
        arrival.said_at = self.began.after(Duration::from_secs(second));
        arrival
    }

    async fn takes(&mut self, arrival: Arrival) -> Id<Contact> {
        self.bench.store.hot().accept(vec![arrival]).await.unwrap();
        self.bench.item().await.contact
    }

    /// Somebody writes, as they did at a second.
    async fn writes(&mut self, wa_id: &str, user_id: &str, second: u64) -> Id<Contact> {
        let arrival = self.arrival(sender(wa_id, user_id), &[], second);
        self.takes(arrival).await
    }

    /// A note about a number.
    async fn moves(&mut self, from: &str, to: &str, second: u64) -> Id<Contact> {
        let arrival = self.arrival(sender(from, ""), &[(AliasKind::WaId, to)], second);
        self.takes(arrival).await
    }

    async fn shown(&self, contact: Id<Contact>) -> (Option<String>, Option<String>) {
        let contact = self.bench.store.contact(self.number.account, contact).await.unwrap().unwrap();
        (contact.wa_id, contact.user_id)
    }

    async fn number_of(&self, contact: Id<Contact>) -> Option<String> {
        self.shown(contact).await.0
    }
}

async fn a_number_that_was_given_up_leads_to_nobody(bench: Bench) {
    let mut story = Story::begin(bench).await;
    let ana = story.writes("4915", "", 1).await;
    assert_eq!(story.moves("4915", "4916", 2).await, ana);
    assert_eq!(story.number_of(ana).await.as_deref(), Some("4916"));
    let found = |value| story.bench.store.contact_by_alias(story.number.id, AliasKind::WaId, value);
    assert_eq!(found("4915").await.unwrap(), None);
    assert_eq!(found("4916").await.unwrap().map(|it| it.id), Some(ana));
    let stranger = story.writes("4915", "", 3).await;
    assert_ne!(stranger, ana);
    assert_eq!(story.writes("4916", "", 4).await, ana);
    assert_eq!(story.writes("4915", "", 5).await, stranger);
    assert_eq!(story.number_of(stranger).await.as_deref(), Some("4915"));
    // All in one delivery.
    let group = vec![
        story.arrival(sender("4917", ""), &[], 6),
        story.arrival(sender("4917", ""), &[(AliasKind::WaId, "4918")], 7),
        story.arrival(sender("4917", ""), &[], 8),
        story.arrival(sender("4918", ""), &[], 9),
    ];
    story.bench.store.hot().accept(group).await.unwrap();
    let mut contacts = Vec::new();
    for _ in 0..4 {
        contacts.push(story.bench.item().await.contact);
    }
    assert_eq!((contacts[0], contacts[0]), (contacts[1], contacts[3]));
    assert_ne!(contacts[0], contacts[2]);
}

async fn a_note_that_comes_late_leaves_the_newcomer_the_number(bench: Bench) {
    let mut story = Story::begin(bench).await;
    let ana = story.writes("4915", "DE.1", 1).await;
    let ben = story.writes("4915", "DE.2", 3).await;
    assert_ne!(ana, ben);
    assert_eq!(story.shown(ana).await, (None, Some("DE.1".into())));
    assert_eq!(story.moves("4915", "4916", 2).await, ana);
    assert_eq!(story.number_of(ana).await.as_deref(), Some("4916"));
    assert_eq!(story.shown(ben).await, (Some("4915".into()), Some("DE.2".into())));
    assert_eq!(story.writes("4915", "", 4).await, ben);
    assert_eq!(story.writes("4916", "", 5).await, ana);
}

async fn a_note_that_is_told_again_changes_nothing(bench: Bench) {
    let mut story = Story::begin(bench).await;
    let ana = story.writes("4915", "", 1).await;
    story.moves("4915", "4916", 2).await;
    assert_eq!(story.moves("4915", "4916", 2).await, ana);
    let ben = story.writes("4915", "", 3).await;
    for second in [2, 4] {
        assert_eq!(story.moves("4915", "4916", second).await, ana, "{second}");
    }
    assert_eq!(story.number_of(ana).await.as_deref(), Some("4916"));
    assert_eq!(story.writes("4915", "", 5).await, ben);
}

async fn somebody_may_go_back_to_their_old_number(bench: Bench) {
    let mut story = Story::begin(bench).await;
    let ana = story.writes("4915", "", 1).await;
    assert_eq!(story.moves("4915", "4916", 2).await, ana);
    assert_eq!(story.moves("4916", "4915", 3).await, ana);
    assert_eq!(story.number_of(ana).await.as_deref(), Some("4915"));
    assert_eq!(story.writes("4915", "", 4).await, ana);
    assert_ne!(story.writes("4916", "", 5).await, ana);
}

async fn a_chain_of_numbers_stays_one_person_in_both_orders(bench: Bench) {
    let mut story = Story::begin(bench).await;
    let ana = story.writes("4915", "", 1).await;
    story.moves("4915", "4916", 2).await;
    assert_eq!(story.moves("4916", "4917", 3).await, ana);
    assert_eq!(story.writes("4917", "", 4).await, ana);
    assert_ne!(story.writes("4916", "", 5).await, ana);
    // The second note first.
    let eva = story.writes("4925", "", 1).await;
    story.moves("4926", "4927", 3).await;
    assert_eq!(story.moves("4925", "4926", 2).await, eva);
    assert_eq!(story.number_of(eva).await.as_deref(), Some("4927"));
    assert_eq!(story.writes("4927", "", 4).await, eva);
    for given_up in ["4925", "4926"] {
        assert_ne!(story.writes(given_up, "", 5).await, eva, "{given_up}");
    }
}

async fn two_people_may_exchange_their_numbers(bench: Bench) {
    let mut story = Story::begin(bench).await;
    for (a, b, ids) in [("4915", "4916", ["", ""]), ("4917", "4918", ["DE.1", "DE.2"])] {
        let ana = story.writes(a, ids[0], 1).await;
        let ben = story.writes(b, ids[1], 1).await;
        let note = story.arrival(sender(a, ids[0]), &[(AliasKind::WaId, b)], 2);
        assert_eq!(story.takes(note).await, ana);
        let note = story.arrival(sender(b, ids[1]), &[(AliasKind::WaId, a)], 3);
        assert_eq!(story.takes(note).await, ben);
        assert_eq!(story.writes(b, "", 4).await, ana);
        assert_eq!(story.writes(a, "", 4).await, ben);
        assert_eq!(story.number_of(ana).await.as_deref(), Some(b));
        assert_eq!(story.number_of(ben).await.as_deref(), Some(a));
    }
}

async fn a_user_id_with_another_number_gives_up_the_old_one(bench: Bench) {
    let mut story = Story::begin(bench).await;
    let ana = story.writes("4915", "DE.1", 1).await;
    assert_eq!(story.writes("4916", "DE.1", 2).await, ana);
    assert_eq!(story.shown(ana).await, (Some("4916".into()), Some("DE.1".into())));
    assert_ne!(story.writes("4915", "", 3).await, ana);
    // What she wrote before that, and what comes without a number, changes nothing.
    assert_eq!(story.writes("4915", "DE.1", 1).await, ana);
    assert_eq!(story.writes("", "DE.1", 4).await, ana);
    assert_eq!(story.number_of(ana).await.as_deref(), Some("4916"));
}

async fn a_number_with_another_user_id_is_somebody_else(bench: Bench) {
    let mut story = Story::begin(bench).await;
    let ana = story.writes("4915", "DE.1", 1).await;
    let ben = story.writes("4915", "DE.2", 2).await;
    assert_ne!(ben, ana);
    assert_eq!(story.shown(ana).await, (None, Some("DE.1".into())));
    assert_eq!(story.writes("", "DE.1", 3).await, ana);
    assert_eq!(story.writes("4915", "", 3).await, ben);
    // A number nobody's user id is known of gets its user id.
    let eva = story.writes("4920", "", 4).await;
    assert_eq!(story.writes("4920", "DE.3", 5).await, eva);
    assert_eq!(story.shown(eva).await, (Some("4920".into()), Some("DE.3".into())));
}

async fn a_parent_id_joins_what_a_user_id_parts(bench: Bench) {
    let mut story = Story::begin(bench).await;
    let with_parent =
        |user_id: &str| Sender { parent_user_id: Some("DE.ENT.9".into()), ..sender("4915", user_id) };
    let arrival = story.arrival(with_parent("DE.1"), &[], 1);
    let ana = story.takes(arrival).await;
    let arrival = story.arrival(with_parent("DE.2"), &[], 2);
    assert_eq!(story.takes(arrival).await, ana);
    assert_eq!(story.shown(ana).await, (Some("4915".into()), Some("DE.2".into())));
}

async fn a_note_about_a_user_id_moves_one_person(bench: Bench) {
    let mut story = Story::begin(bench).await;
    let ana = story.writes("4915", "DE.1", 1).await;
    let new = [(AliasKind::UserId, "DE.2"), (AliasKind::WaId, "4916")];
    // No number from before, and a new number beside the new user id.
    let note = story.arrival(sender("", "DE.1"), &new, 2);
    assert_eq!(story.takes(note).await, ana);
    assert_eq!(story.shown(ana).await, (Some("4916".into()), Some("DE.2".into())));
    assert_eq!(story.writes("4916", "DE.2", 3).await, ana);
    // What was under way when it changed.
    assert_eq!(story.writes("4916", "DE.1", 3).await, ana);
    assert_ne!(story.writes("4915", "DE.3", 4).await, ana);
    // She wrote under the new one before the note came.
    let eva = story.writes("4920", "DE.4", 1).await;
    let twin = story.writes("4920", "DE.5", 3).await;
    assert_ne!(twin, eva);
    let note = story.arrival(sender("", "DE.4"), &[(AliasKind::UserId, "DE.5")], 2);
    assert_eq!(story.takes(note).await, eva);
    assert_eq!(story.shown(eva).await, (Some("4920".into()), Some("DE.5".into())));
    assert_eq!(story.shown(twin).await, (None, None));
    assert_eq!(story.writes("4920", "DE.5", 4).await, eva);
    // About somebody unknown: one person, also when they write.
    let note = story.arrival(sender("", "DE.8"), &[(AliasKind::UserId, "DE.9")], 5);
    let unknown = story.takes(note).await;
    assert_eq!(story.writes("4999", "DE.9", 6).await, unknown);
}

async fn a_message_from_before_the_change_stays_with_its_writer(bench: Bench) {
    let mut story = Story::begin(bench).await;
    let ana = story.moves("4915", "4916", 2).await;
    assert_eq!(story.writes("4915", "", 1).await, ana);
    assert_eq!(story.number_of(ana).await.as_deref(), Some("4916"));
    let ben = story.writes("4915", "", 3).await;
    assert_ne!(ben, ana);
    assert_eq!(story.writes("4915", "", 1).await, ana);
    assert_eq!(story.writes("4915", "", 4).await, ben);
}

async fn a_line_is_one_person_in_both_forms(bench: Bench) {
    let mut story = Story::begin(bench).await;
    for (one, two) in [
        ("5215512345678", "525512345678"),
        ("541123456789", "5491123456789"),
        ("551187654321", "5511987654321"),
    ] {
        let mut first = story.arrival(sender(one, ""), &[], 1);
        first.ours = true;
        let ana = story.takes(first).await;
        assert_eq!(story.writes(two, "", 2).await, ana);
        assert_eq!(story.number_of(ana).await.as_deref(), Some(two));
        assert_eq!(story.writes(one, "", 3).await, ana);
        // Given up in both forms.
        assert_eq!(story.moves(two, &format!("{one}0"), 4).await, ana);
        let ben = story.writes(one, "", 5).await;
        assert_ne!(ben, ana);
        assert_eq!(story.writes(two, "", 6).await, ben);
    }
}

async fn whoever_loses_a_name_gets_work(bench: Bench) {
    let mut story = Story::begin(bench).await;
    let ana = story.writes("4915", "DE.1", 1).await;
    let mut arrival = story.arrival(sender("4915", "DE.2"), &[], 2);
    arrival.renamed = Some(|| (12, "{}".into()));
    let ben = story.takes(arrival).await;
    assert_eq!(ben, ana, "first the one who lost the number");
    let item = story.bench.item().await;
    assert_ne!(item.contact, ana);
    let mut note = story.arrival(sender("", "DE.2"), &[(AliasKind::WaId, "4917")], 3);
    note.renamed = Some(|| (12, "{}".into()));
    story.bench.store.hot().accept(vec![note]).await.unwrap();
    let (first, second) = (story.bench.item().await, story.bench.item().await);
    assert_eq!((first.kind, first.contact, second.contact), (12, item.contact, item.contact));
}

async fn what_meta_tells_of_a_reader_joins_the_contact(bench: Bench) {
    let mut story = Story::begin(bench).await;
    let mut first = story.arrival(sender("4915", ""), &[], 1);
    first.ours = true;
    let ana = story.takes(first).await;
    let at = story.began.after(Duration::from_secs(2));
    let told = sender("49150", "DE.1");
    let learn = |told| story.bench.store.learn_names(story.number.id, ana, told, None, at);
    assert_eq!(learn(&told).await.unwrap(), [ana]);
    assert_eq!(learn(&told).await.unwrap(), []);
    assert_eq!(story.shown(ana).await, (Some("49150".into()), Some("DE.1".into())));
    for (wa_id, user_id) in [("49150", ""), ("", "DE.1"), ("4915", "")] {
        assert_eq!(story.writes(wa_id, user_id, 3).await, ana, "{wa_id} {user_id}");
    }
    // A status that names a number which was given up since does not bring it back.
    story.moves("49150", "4916", 4).await;
    let late = story.began.after(Duration::from_secs(9));
    story.bench.store.learn_names(story.number.id, ana, &sender("49150", ""), None, late).await.unwrap();
    assert_eq!(story.number_of(ana).await.as_deref(), Some("4916"));
    assert_ne!(story.writes("49150", "", 10).await, ana);
}

async fn a_reader_who_is_known_as_another_keeps_their_names(bench: Bench) {
    let mut story = Story::begin(bench).await;
    let ana = story.writes("4915", "DE.1", 1).await;
    let mut first = story.arrival(sender("49150", ""), &[], 2);
    first.ours = true;
    let twin = story.takes(first).await;
    let at = story.began.after(Duration::from_secs(3));
    let store = story.bench.store.clone();
    let to = Some("49150");
    store.learn_names(story.number.id, twin, &sender("", "DE.1"), to, at).await.unwrap();
    assert_eq!(story.shown(ana).await, (Some("4915".into()), Some("DE.1".into())));
    assert_eq!(story.writes("49150", "", 4).await, ana);
    // The number answered by another user id than its contact's: nobody is joined.
    store.learn_names(story.number.id, ana, &sender("4915", "DE.7"), None, at).await.unwrap();
    assert_ne!(story.writes("4915", "DE.7", 5).await, ana);
    // A late status of a message to somebody whose number is another's since.
    let eva = story.writes("4930", "", 1).await;
    story.moves("4930", "4931", 2).await;
    let ben = story.writes("4930", "", 3).await;
    let late = story.began.after(Duration::from_secs(4));
    store.learn_names(story.number.id, eva, &sender("4930", ""), None, late).await.unwrap();
    assert_eq!((story.writes("4930", "", 5).await, story.writes("4931", "", 5).await), (ben, eva));
}

async fn a_status_without_our_id_finds_its_message(bench: Bench) {
    let mut story = Story::begin(bench).await;
    let arrival = story.arrival(sender("4915", ""), &[], 1);
    story.bench.store.hot().accept(vec![arrival]).await.unwrap();
    let item = story.bench.item().await;
    let turn = story.number.begins(&story.bench, &item);
    let id = turn.messages[0].id;
    only(story.bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    let recipient = sender("4915", "");
    let recognize = |wamid| story.bench.store.recognize(story.number.id, &recipient, wamid);
    assert_eq!(recognize("wamid.X").await.unwrap(), Recognized::Foreign);
    let (part, at) = (story.number.part, story.bench.clock.now());
    story.bench.store.hot().mark_sending(vec![(part, id)], at).await.unwrap();
    assert_eq!(recognize("wamid.X").await.unwrap(), Recognized::Perhaps(item.contact));
    let outcome = Outcome::Accepted { wamid: "wamid.X".into(), instead: None };
    let sent = Sent { part, id, outcome, at, event: None };
    story.bench.store.hot().record_sends(vec![sent]).await.unwrap();
    assert_eq!(recognize("wamid.X").await.unwrap(), Recognized::Ours(id));
    assert_eq!(recognize("wamid.Y").await.unwrap(), Recognized::Foreign);
    let nobody = sender("4999", "");
    let found = story.bench.store.recognize(story.number.id, &nobody, "wamid.X").await.unwrap();
    assert_eq!(found, Recognized::Foreign);
    // Also once its reader has another number.
    story.moves("4915", "4916", 2).await;
    story.writes("4915", "", 3).await;
    assert_eq!(
        story.bench.store.recognize(story.number.id, &recipient, "wamid.X").await.unwrap(),
        Recognized::Ours(id)
    );
    assert_eq!(MessageStatus::Sending.number(), 20);
}

async fn what_was_erased_is_nobodys_former_name(bench: Bench) {
    let mut story = Story::begin(bench).await;
    let ana = story.writes("4915", "DE.1", 1).await;
    let ben = story.writes("4915", "DE.2", 3).await;
    let contact = story.bench.store.contact(story.number.account, ana).await.unwrap().unwrap();
    let receipt = story.bench.clock.id();
    story.bench.store.erase_contact(&contact, receipt, None, story.bench.clock.now()).await.unwrap();
    assert_eq!(story.writes("4915", "", 2).await, ben);
    assert_ne!(story.writes("", "DE.1", 4).await, ana);
}
