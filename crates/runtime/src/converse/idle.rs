//! Which conversations leave memory when there is no room: each account keeps the same at most, so one with many or large
//! conversations loses its own and not the others'.

use std::collections::HashMap;

use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;

use super::MAILBOX;
use super::mailbox::Mailbox;

type Mailboxes = HashMap<Id<Contact>, Mailbox>;
/// When it was last needed, whose it is, and how many bytes it takes.
type Idle = (i64, Id<Contact>, usize);

/// Forgets what nobody works on and nothing waits for, of each account what was not needed for longest, until what is idle takes
/// `room` at most. Answers how many bytes of conversations went.
pub(super) fn forget(
    mailboxes: &mut Mailboxes,
    room: usize,
    account: impl Fn(Id<Integration>) -> Option<Id<Account>>,
) -> usize {
    let mut accounts: HashMap<Id<Integration>, Option<Id<Account>>> = HashMap::new();
    let mut idle: HashMap<Option<Id<Account>>, Vec<Idle>> = HashMap::new();
    for (contact, mailbox) in mailboxes.iter().filter(|(_, it)| !it.is_busy() && it.len() == 0) {
        let number = mailbox.integration;
        let owner = *accounts.entry(number).or_insert_with(|| account(number));
        idle.entry(owner).or_default().push((mailbox.last(), *contact, mailbox.held() + MAILBOX));
    }
    let most = share(idle.values().map(|own| own.iter().map(|it| it.2).sum()).collect(), room);
    let mut gone = 0;
    for mut own in idle.into_values() {
        let mut taken: usize = own.iter().map(|it| it.2).sum();
        if taken <= most {
            continue;
        }
        own.sort_unstable();
        for (_, contact, bytes) in own {
            if taken <= most {
                break;
            }
            taken -= bytes;
            gone += mailboxes.remove(&contact).map_or(0, |mailbox| mailbox.held());
        }
    }
    gone
}

/// What each may have at most so that all together have `room`: those with less leave the rest to the others.
fn share(mut taken: Vec<usize>, room: usize) -> usize {
    taken.sort_unstable();
    let mut left = room;
    for (at, one) in taken.iter().enumerate() {
        let each = left / (taken.len() - at);
        if *one > each {
            return each;
        }
        left -= one;
    }
    usize::MAX
}

#[cfg(test)]
mod tests {
    use chasqui_model::{Part, Timestamp};
    use chasqui_store::inbox::Item;

    use super::*;

    fn id<T>(number: usize) -> Id<T> {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        Id::from_bytes(bytes)
    }

    fn mailbox(number: usize, seq: i64, is_idle: bool) -> Mailbox {
        let integration = id(number);
        let part = Part::of(integration);
        let mut mailbox = Mailbox::new(part, integration);
        let at = Timestamp::EPOCH;
        let contact = id(0);
        mailbox.put(Item { seq, part, integration, contact, kind: 1, payload: String::new(), at });
        if is_idle {
            mailbox.begin();
            mailbox.finish();
        }
        mailbox
    }

    #[test]
    fn those_with_less_leave_the_rest_to_the_others() {
        assert_eq!(share(vec![10, 1000, 20], 100), 70);
        assert_eq!(share(vec![50, 50], 100), usize::MAX);
        assert_eq!(share(vec![1000, 1000], 100), 50);
        assert_eq!(share(vec![], 100), usize::MAX);
    }

    #[test]
    fn an_account_with_many_conversations_loses_its_oldest_and_the_others_keep_theirs() {
        let mut mailboxes = Mailboxes::new();
        for at in 0..1000 {
            mailboxes.insert(id(at), mailbox(1, i64::try_from(at).unwrap(), true));
        }
        mailboxes.insert(id(5000), mailbox(2, -5, true));
        mailboxes.insert(id(5001), mailbox(1, -9, false));
        forget(&mut mailboxes, 101 * MAILBOX, |number| Some(Id::from_bytes(number.bytes())));
        assert_eq!(mailboxes.len(), 102);
        assert!(mailboxes.contains_key(&id(5000)), "the other account's");
        assert!(mailboxes.contains_key(&id(5001)), "something waits for it");
        assert!(mailboxes.contains_key(&id(999)) && !mailboxes.contains_key(&id(0)), "the oldest went");
    }
}
