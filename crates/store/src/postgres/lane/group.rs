//! Which jobs share a transaction.

use std::collections::{HashSet, VecDeque};

use super::{Job, Work};

/// Most rows of one transaction. Bounds how long the first job waits for the last one's statements.
const GROUP: usize = 512;

/// Takes the next jobs that can share a transaction, in order. One contact has one turn in it and one message one outcome:
/// a statement changes a row once.
pub(super) fn next(pending: &mut VecDeque<Job>) -> Vec<Job> {
    let (mut group, mut weight) = (Vec::new(), 0);
    let (mut contacts, mut messages) = (HashSet::new(), HashSet::new());
    let mut later = VecDeque::new();
    while weight < GROUP
        && let Some(job) = pending.pop_front()
    {
        let fits = match &job.work {
            Work::Turn(turn) => contacts.insert(turn.contact),
            Work::Record(sent) => {
                // A job with the same message twice is split by its caller.
                let free = !sent.iter().any(|it| messages.contains(&it.id));
                messages.extend(sent.iter().map(|it| it.id));
                free
            }
            Work::Accept(_)
            | Work::Journal(_)
            | Work::Act(_)
            | Work::Bury(_)
            | Work::Drop(_)
            | Work::Mark(..)
            | Work::Statuses(_) => true,
        };
        if fits {
            weight += job.work.weight();
            group.push(job);
        } else {
            later.push_back(job);
        }
    }
    later.append(pending);
    *pending = later;
    group
}
