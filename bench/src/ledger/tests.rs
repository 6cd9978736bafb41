//! The ledger must see each breach; a judge that always agrees proves nothing.

use super::*;

const PHONE: u64 = 49_151_000;

struct Case {
    ledger: Ledger,
    contact: u32,
    life: u32,
}

impl Case {
    fn new() -> Self {
        let mut ledger = Ledger::default();
        let contact = ledger.add_contact(0, PHONE);
        Self { ledger, contact, life: 0 }
    }

    /// Writes, delivers and is answered 200.
    fn accepted(&mut self) -> Mark {
        let mark = self.ledger.write(self.contact, None).unwrap();
        self.ledger.tried(&[mark]);
        self.ledger.acknowledged(&[mark], &[]);
        mark
    }

    fn call(&mut self, callback: &str, mark: Mark, fate: Fate) {
        let to = format!("+{PHONE}");
        let call = Call { callback, mark: Some(mark), number: 0, authorised: true, to: &to, life: self.life };
        self.ledger.called(&call, fate);
    }

    /// The laws that are broken.
    fn broken(&self) -> Vec<&'static str> {
        let verdict = self.ledger.verdict();
        verdict.laws.iter().filter(|law| law.breaches > 0).map(|law| law.name).collect()
    }
}

#[test]
fn an_answered_message_is_in_order() {
    let mut case = Case::new();
    let mark = case.accepted();
    case.call("msg_1", mark, Fate::Refused);
    case.call("msg_1", mark, Fate::Taken);
    assert!(case.broken().is_empty());
    assert_eq!(case.ledger.taken(), 1);
}

#[test]
fn a_message_that_was_acknowledged_and_never_answered_breaks_the_first_law() {
    let mut case = Case::new();
    let mark = case.accepted();
    assert_eq!(case.broken(), ["L1"]);
    case.call("msg_1", mark, Fate::RefusedForGood);
    assert!(case.broken().is_empty());
}

#[test]
fn what_wants_no_answer_or_waits_at_a_number_set_aside_is_not_lost() {
    let mut case = Case::new();
    let mark = case.accepted();
    case.ledger.excuse(mark);
    assert!(case.broken().is_empty());
    let mark = case.accepted();
    assert_eq!((case.broken(), case.ledger.open()), (vec!["L1"], 1));
    case.ledger.set_aside(0);
    assert_eq!((case.broken(), case.ledger.open()), (vec![], 0));
    case.call("msg_1", mark, Fate::Taken);
    case.call("msg_2", mark, Fate::Taken);
    assert_eq!(case.broken(), ["L2"]);
}

#[test]
fn what_was_never_answered_200_is_nobodys_loss() {
    let mut case = Case::new();
    let mark = case.ledger.write(case.contact, None).unwrap();
    case.ledger.tried(&[mark]);
    case.ledger.answered(Some(503));
    assert!(case.broken().is_empty());
}

#[test]
fn an_answer_that_proves_nothing_breaks_the_fourth_law() {
    let to = format!("+{PHONE}");
    let call = |mark| Call { callback: "msg_1", mark, number: 0, authorised: true, to: &to, life: 0 };
    let mut case = Case::new();
    case.ledger.called(&call(None), Fate::Taken);
    assert_eq!(case.broken(), ["L4"]);
    let mut case = Case::new();
    case.ledger.called(&call(Some(Mark { contact: 0, n: 7 })), Fate::Taken);
    assert_eq!(case.broken(), ["L4"]);
}

#[test]
fn a_message_before_its_predecessor_in_one_body_is_overtaken_also_when_that_one_is_lost() {
    let mut case = Case::new();
    let first = case.ledger.write(case.contact, None).unwrap();
    let second = case.ledger.write(case.contact, Some(first)).unwrap();
    case.ledger.tried(&[first, second]);
    case.ledger.acknowledged(&[first, second], &[]);
    case.call("msg_2", second, Fate::Taken);
    assert_eq!(case.broken(), ["L1", "L3"]);
}

#[test]
fn a_repetition_by_the_same_process_is_wrong_even_when_another_answer_was_lost_before() {
    let mut case = Case::new();
    let mark = case.accepted();
    case.call("msg_1", mark, Fate::TakenUnheard);
    case.call("msg_1", mark, Fate::Taken);
    assert!(case.broken().is_empty());
    case.call("msg_1", mark, Fate::Taken);
    assert_eq!(case.broken(), ["L5"]);
}

#[test]
fn two_answers_of_one_message_break_the_second_law() {
    let mut case = Case::new();
    let mark = case.accepted();
    case.call("msg_1", mark, Fate::Taken);
    case.call("msg_2", mark, Fate::Taken);
    assert_eq!(case.broken(), ["L2"]);
}

#[test]
fn an_overtaken_message_breaks_the_third_law_and_a_race_does_not() {
    let mut case = Case::new();
    let (first, second) = (case.accepted(), case.accepted());
    case.call("msg_2", second, Fate::Taken);
    case.call("msg_1", first, Fate::Taken);
    assert_eq!(case.broken(), ["L3"]);

    let mut case = Case::new();
    let first = case.ledger.write(case.contact, None).unwrap();
    let second = case.ledger.write(case.contact, None).unwrap();
    case.ledger.tried(&[first]);
    case.ledger.tried(&[second]);
    case.ledger.acknowledged(&[first, second], &[]);
    case.call("msg_2", second, Fate::Taken);
    case.call("msg_1", first, Fate::Taken);
    assert!(case.broken().is_empty());
}

#[test]
fn messages_of_one_body_keep_its_order() {
    let mut case = Case::new();
    let first = case.ledger.write(case.contact, None).unwrap();
    let second = case.ledger.write(case.contact, Some(first)).unwrap();
    case.ledger.tried(&[first, second]);
    case.ledger.acknowledged(&[first, second], &[]);
    case.call("msg_2", second, Fate::Taken);
    case.call("msg_1", first, Fate::Taken);
    assert_eq!(case.broken(), ["L3"]);
}

#[test]
fn another_number_token_or_person_breaks_the_fourth_law() {
    let right = format!("+{PHONE}");
    let wrong = [(1, true, right.as_str()), (0, false, right.as_str()), (0, true, "+49151999")];
    for (number, authorised, to) in wrong {
        let mut case = Case::new();
        let mark = case.accepted();
        case.call("msg_1", mark, Fate::Taken);
        let call = Call { callback: "msg_2", mark: Some(mark), number, authorised, to, life: 0 };
        case.ledger.called(&call, Fate::Taken);
        assert_eq!(case.broken(), ["L4"]);
    }
}

#[test]
fn a_repetition_is_right_only_when_the_answer_was_lost() {
    let mut case = Case::new();
    let mark = case.accepted();
    case.call("msg_1", mark, Fate::Taken);
    case.call("msg_1", mark, Fate::Taken);
    assert_eq!(case.broken(), ["L5"]);

    let mut case = Case::new();
    let mark = case.accepted();
    case.call("msg_1", mark, Fate::Taken);
    case.life += 1;
    case.call("msg_1", mark, Fate::Taken);
    let verdict = case.ledger.verdict();
    assert!(verdict.holds());
    assert_eq!((verdict.answers_lost, verdict.doubled_lawfully), (1, 1));
}

#[test]
fn a_repetition_after_a_status_breaks_the_fifth_law() {
    let mut case = Case::new();
    let mark = case.accepted();
    case.call("msg_1", mark, Fate::TakenUnheard);
    case.ledger.acknowledged(&[], &[("msg_1".into(), 0)]);
    assert!(case.broken().is_empty());
    case.call("msg_1", mark, Fate::TakenUnheard);
    assert_eq!(case.broken(), ["L5"]);
}

#[test]
fn a_repetition_that_did_not_wait_for_the_status_breaks_the_fifth_law() {
    let mut case = Case::new();
    let mark = case.accepted();
    case.call("msg_1", mark, Fate::TakenUnheard);
    case.call("msg_1", mark, Fate::Taken);
    case.ledger.acknowledged(&[], &[("msg_1".into(), 1)]);
    assert!(case.broken().is_empty(), "that status is the second one's");
    case.ledger.acknowledged(&[], &[("msg_1".into(), 0)]);
    assert_eq!(case.broken(), ["L5"]);
}
