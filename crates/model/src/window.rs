//! The 24-hour window: how long free-form messages may go to somebody who wrote. Everybody who says or decides whether it
//! is open asks here, so that nobody promises what somebody else refuses.

use std::time::Duration;

use crate::Timestamp;

/// How long it is open. Meta allows 24 hours by its own clock; the minute is for the difference between the two clocks and
/// for the way there.
pub const WINDOW: Duration = Duration::from_mins(24 * 60 - 1);

/// By how much the noted time of somebody's last message may lag behind: a row that does not change costs nothing. So a
/// window may count as closed half a minute too soon, and never as open too long.
pub const NOTED_WITHIN: Duration = Duration::from_secs(30);

/// When it closes for somebody whose last message was written then. `None`: it was never open.
pub fn closes_at(last: Option<Timestamp>) -> Option<Timestamp> {
    last.map(|at| at.after(WINDOW))
}

/// Whether free-form messages may go now.
pub fn is_open(last: Option<Timestamp>, now: Timestamp) -> bool {
    closes_at(last).is_some_and(|end| end > now)
}

/// The time to note when somebody wrote at `at` and `last` is noted. `None`: what is noted stays. An older message that
/// comes late never takes it back. The stores and the memory go by this alike.
pub fn noted(last: Option<Timestamp>, at: Timestamp) -> Option<Timestamp> {
    last.is_none_or(|last| at >= last.after(NOTED_WITHIN)).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_closes_a_minute_before_metas_does() {
        let wrote = Timestamp::from_seconds(1_000_000);
        let end = wrote.after(Duration::from_hours(24)).before(Duration::from_mins(1));
        assert_eq!(closes_at(Some(wrote)), Some(end));
        assert!(is_open(Some(wrote), end.before(Duration::from_millis(1))));
        assert!(!is_open(Some(wrote), end));
        assert!(!is_open(None, wrote));
    }

    #[test]
    fn an_older_message_never_takes_the_time_back() {
        let at = Timestamp::from_seconds;
        assert_eq!(noted(None, at(100)), Some(at(100)));
        assert_eq!(noted(Some(at(100)), at(10)), None);
        assert_eq!(noted(Some(at(100)), at(129)), None);
        assert_eq!(noted(Some(at(100)), at(130)), Some(at(130)));
    }
}
