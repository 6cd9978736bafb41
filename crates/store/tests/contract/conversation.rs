//! Reading conversations.

use std::time::Duration;

use chasqui_model::conversation::{EndReason, Status};
use chasqui_model::message::Author;
use chasqui_store::noun::conversation::{Filter, Standing};
use chasqui_store::noun::finished::Filter as Finished;

use crate::engine::{Bench, contract};
use crate::thing::{Number, only};

contract!(
    conversations_are_listed_by_their_last_message,
    filters_hold_all_at_once,
    a_transcript_knows_what_was_quoted_and_chosen,
    a_transcript_knows_what_was_changed_and_deleted,
    an_events_words_may_be_written_anew,
    another_accounts_conversation_is_not_found,
    finished_conversations_of_a_bot_come_page_by_page,
);

async fn conversations_are_listed_by_their_last_message(mut bench: Bench) {
    let number = bench.number().await;
    let mut begun = Vec::new();
    for key in 0..5 {
        // Two at the same moment: the id decides.
        if key != 3 {
            bench.clock.advance(Duration::from_secs(1));
        }
        let item = number.wrote(&mut bench, key, &format!("4915{key}")).await;
        let turn = number.begins(&bench, &item);
        begun.push(turn.conversation.as_ref().unwrap().conversation.id);
        only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    }
    begun.reverse();
    let mut listed = Vec::new();
    let mut filter = Filter::default();
    loop {
        let page = bench.store.list_conversations(number.account, &filter, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        filter.after = Some((last.listed_at, last.conversation.id));
        listed.extend(page.iter().map(|it| it.conversation.id));
    }
    assert_eq!(listed, begun);
}

async fn filters_hold_all_at_once(mut bench: Bench) {
    let number = bench.number().await;
    let item = number.wrote(&mut bench, 1, "4915123456789").await;
    let turn = number.begins(&bench, &item);
    let mut conversation = (*turn.conversation.as_ref().unwrap().conversation).clone();
    only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    let found = async |bench: &Bench, filter: Filter| {
        bench.store.list_conversations(number.account, &filter, 10).await.unwrap().len() == 1
    };
    let search = |text: &str| Filter { search: Some(text.into()), ..Filter::default() };
    for (text, hit) in [
        ("jon", true),
        ("JON", true),
        ("%", false),
        ("_", false),
        ("234", true),
        ("+49 151", true),
        ("999", false),
    ] {
        assert_eq!(found(&bench, search(text)).await, hit, "{text}");
    }
    assert!(found(&bench, Filter { integration: Some(number.id), ..Filter::default() }).await);
    assert!(!found(&bench, Filter { integration: Some(bench.clock.id()), ..Filter::default() }).await);
    assert!(found(&bench, Filter { contact: Some(item.contact), ..Filter::default() }).await);
    assert!(!found(&bench, Filter { contact: Some(bench.clock.id()), ..search("jon") }).await);
    let standing = |standing| Filter { standing, ..Filter::default() };
    for (status, version, at) in [
        (Status::Waiting, 1, Standing::Open),
        (Status::HandedOff, 2, Standing::WithPeople),
        (Status::Ended, 3, Standing::Ended),
    ] {
        if version > 1 {
            let item = number.wrote(&mut bench, u8::try_from(version).unwrap(), "4915123456789").await;
            (conversation.status, conversation.version, conversation.turns) = (status, version, version);
            let turn = number.turn(&item, conversation.clone(), Some(version - 1), Vec::new());
            only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
        }
        assert!(found(&bench, standing(Standing::Any)).await);
        for asked in [Standing::Open, Standing::WithPeople, Standing::Ended] {
            assert_eq!(found(&bench, standing(asked)).await, asked == at, "{asked:?} {status:?}");
        }
    }
}

async fn a_transcript_knows_what_was_quoted_and_chosen(mut bench: Bench) {
    let number = bench.number().await;
    let item = number.wrote(&mut bench, 1, "49151").await;
    let conversation = number.conversation(&bench, item.contact);
    let mut question = Number::message(&bench, &conversation, 1, Author::Bot);
    (question.kind, question.wamid) = ("buttons", Some("wamid.q".into()));
    let mut answer = Number::message(&bench, &conversation, 2, Author::Contact);
    (answer.kind, answer.reply_to) = ("button_reply", Some("wamid.q".into()));
    answer.content = r#"{"type":"button_reply","title":"My order"}"#.into();
    let plain = Number::message(&bench, &conversation, 3, Author::Bot);
    let id = conversation.id;
    let question_id = question.id;
    let turn = number.turn(&item, conversation, None, vec![question, answer, plain]);
    only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    let lines = bench.store.list_messages(number.account, id, 0, 10).await.unwrap().unwrap();
    assert_eq!(lines.iter().map(|line| line.no).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(lines[0].chosen.as_deref(), Some(r#"{"type":"button_reply","title":"My order"}"#));
    assert_eq!((lines[1].reply_to, lines[1].chosen.as_deref()), (Some(question_id), None));
    assert_eq!((lines[2].reply_to, lines[2].chosen.as_deref()), (None, None));
    let rest = bench.store.list_messages(number.account, id, 2, 10).await.unwrap().unwrap();
    assert_eq!(rest.len(), 1);
    let listed = bench.store.conversation(number.account, id).await.unwrap().unwrap();
    assert_eq!((listed.bot_name.as_deref(), listed.contact.name.as_deref()), (Some("Menu"), Some("Jonas")));
    assert_eq!(listed.integration_name.as_deref(), Some("Main line"));
    bench.store.delete_integration(number.account, number.id).await.unwrap();
    let listed = bench.store.conversation(number.account, id).await.unwrap().unwrap();
    assert_eq!((listed.integration_name, listed.display_phone_number), (None, None));
}

async fn a_transcript_knows_what_was_changed_and_deleted(mut bench: Bench) {
    let number = bench.number().await;
    let item = number.wrote(&mut bench, 1, "49151").await;
    let conversation = number.conversation(&bench, item.contact);
    let line = |no: i64, kind: &'static str, wamid: &str, about: Option<&str>, content: &str| {
        let mut line = Number::message(&bench, &conversation, no, Author::Contact);
        (line.kind, line.wamid, line.reply_to) = (kind, Some(wamid.into()), about.map(str::to_owned));
        line.content = content.into();
        line
    };
    let lines = vec![
        // Before what it changes.
        line(1, "edit", "e0", Some("b"), r#"{"type":"edit","content":{"type":"text","body":"early"}}"#),
        line(2, "text", "a", None, r#"{"type":"text","body":"first"}"#),
        line(3, "text", "b", None, r#"{"type":"text","body":"other"}"#),
        line(4, "edit", "e1", Some("a"), r#"{"n":1}"#),
        line(5, "edit", "e2", Some("e1"), r#"{"n":2}"#),
        line(6, "revoke", "r", Some("b"), r#"{"type":"revoke"}"#),
        line(7, "edit", "e3", Some("never"), r#"{"n":3}"#),
    ];
    let (id, contact) = (conversation.id, item.contact);
    let turn = number.turn(&item, conversation, None, lines);
    only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    let lines = bench.store.list_messages(number.account, id, 0, 10).await.unwrap().unwrap();
    let edited = |no: usize| lines[no - 1].edited.as_ref().map(|it| it.0.as_str());
    assert_eq!((edited(2), edited(4), edited(7)), (Some(r#"{"n":2}"#), None, None));
    assert!(edited(3).is_some_and(|content| content.contains("early")));
    let revoked: Vec<i64> =
        lines.iter().filter(|line| line.revoked_at.is_some()).map(|line| line.no).collect();
    assert_eq!(revoked, [1, 3], "with the edit that came before it");
    // A page that has neither the changes nor what stands before.
    let page = bench.store.list_messages(number.account, id, 2, 1).await.unwrap().unwrap();
    assert!(page[0].revoked_at.is_some());
    let part = number.part;
    let with = bench.store.conversation_with_message(part, contact, "a").await.unwrap();
    assert_eq!(with.map(|it| it.id), Some(id));
    assert!(bench.store.conversation_with_message(part, contact, "never").await.unwrap().is_none());
    let nobody = bench.clock.id();
    assert!(bench.store.conversation_with_message(part, nobody, "a").await.unwrap().is_none());
    assert_eq!(bench.store.latest_conversation(part, contact).await.unwrap().map(|it| it.id), Some(id));
    assert!(bench.store.latest_conversation(part, nobody).await.unwrap().is_none());
}

async fn an_events_words_may_be_written_anew(bench: Bench) {
    let number = bench.number().await;
    let mut event = chasqui_model::event::Event {
        id: bench.clock.id(),
        account: number.account,
        integration: Some(number.id),
        conversation: None,
        node: None,
        severity: chasqui_model::event::Severity::Notice,
        code: "missed_call".into(),
        graph_code: None,
        notice: chasqui_model::notice::Notice::Words { code: "missed_call".into(), text: "Once.".into() },
        at: bench.clock.now(),
    };
    bench.store.put_event(&event).await.unwrap();
    event.notice = chasqui_model::notice::Notice::Words { code: "missed_call".into(), text: "Twice.".into() };
    bench.store.put_event(&event).await.unwrap();
    let all = bench.store.list_events(number.account, None, event.severity, None, 10).await.unwrap();
    assert_eq!(all, [event]);
}

async fn another_accounts_conversation_is_not_found(mut bench: Bench) {
    let number = bench.number().await;
    let item = number.wrote(&mut bench, 1, "49151").await;
    let turn = number.begins(&bench, &item);
    let id = turn.conversation.as_ref().unwrap().conversation.id;
    only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    let stranger = bench.clock.id();
    assert!(bench.store.conversation(stranger, id).await.unwrap().is_none());
    assert!(bench.store.list_messages(stranger, id, 0, 10).await.unwrap().is_none());
    assert!(bench.store.list_turns(stranger, id, 0, 10).await.unwrap().is_none());
    assert!(bench.store.list_conversations(stranger, &Filter::default(), 10).await.unwrap().is_empty());
}

async fn finished_conversations_of_a_bot_come_page_by_page(mut bench: Bench) {
    let number = bench.number().await;
    let mut ended = Vec::new();
    for key in 1..=5_u8 {
        bench.clock.advance(Duration::from_mins(1));
        let item = number.wrote(&mut bench, key, &format!("4915{key}")).await;
        let mut conversation = number.conversation(&bench, item.contact);
        if key != 3 {
            conversation.status = Status::Ended;
            conversation.ended_at = Some(bench.clock.now());
            conversation.end_reason = Some(EndReason::Finished);
            ended.push((conversation.id, bench.clock.now()));
        }
        let turn = number.turn(&item, conversation, None, Vec::new());
        only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    }
    ended.reverse();
    let ids = |range: std::ops::Range<usize>| ended[range].iter().map(|(id, _)| *id).collect::<Vec<_>>();
    let find = async |filter: Finished, limit| {
        let found =
            bench.store.finished_conversations(number.account, number.bot, &filter, limit).await.unwrap();
        (found.iter().map(|it| it.id).collect::<Vec<_>>(), found)
    };
    let (first, page) = find(Finished::default(), 3).await;
    assert_eq!(first, ids(0..3));
    assert_eq!(
        (page[0].end_reason, page[0].contact_name.as_deref()),
        (Some(EndReason::Finished), Some("Jonas"))
    );
    assert_eq!(page[0].contact_phone.as_deref(), Some("49155"));
    let after = page.last().map(|it| (it.listed_at, it.id));
    assert_eq!(find(Finished { after, ..Finished::default() }, 3).await.0, ids(3..4));
    let (since, until) = (Some(ended[2].1), Some(ended[0].1));
    assert_eq!(find(Finished { since, until, ..Finished::default() }, 9).await.0, ids(1..3));
    for (account, bot) in [(bench.clock.id(), number.bot), (number.account, bench.clock.id())] {
        let none = bench.store.finished_conversations(account, bot, &Finished::default(), 9).await.unwrap();
        assert!(none.is_empty());
    }
}
