//! When a message was written, as far as it can be believed.

use std::time::Duration;

use crate::Timestamp;

/// Meta repeats a delivery for 7 days; a day more for clocks that differ. For so long it is remembered what came, and nothing
/// older has an effect.
pub const REMEMBERED: Duration = Duration::from_hours(8 * 24);

/// When a message was written that says `said` of itself and arrived at `arrived`, by our clock. A time that is missing,
/// later than the arrival or older than anything Meta still delivers is none: the arrival stands in for it.
pub fn written(said: Timestamp, arrived: Timestamp) -> Timestamp {
    if said > arrived || arrived.since(said) > REMEMBERED { arrived } else { said }
}

/// Whether something that says it was said at `said` is older than the memory of what came: nobody can tell any more whether it
/// came before. What carries no time is not.
pub fn is_forgotten(said: Timestamp, arrived: Timestamp) -> bool {
    said != Timestamp::EPOCH && said < arrived && arrived.since(said) > REMEMBERED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_cannot_be_is_the_arrival() {
        let arrived = Timestamp::parse("2026-11-30T12:00:00Z").unwrap();
        let hours = |hours| arrived.before(Duration::from_hours(hours));
        assert_eq!(written(hours(25), arrived), hours(25));
        assert_eq!(written(hours(7 * 24), arrived), hours(7 * 24));
        assert_eq!(written(hours(9 * 24), arrived), arrived);
        assert_eq!(written(Timestamp::EPOCH, arrived), arrived);
        assert_eq!(written(arrived.after(Duration::from_secs(1)), arrived), arrived);
    }

    #[test]
    fn what_is_older_than_the_memory_is_forgotten() {
        let arrived = Timestamp::parse("2026-11-30T12:00:00Z").unwrap();
        assert!(!is_forgotten(arrived.before(REMEMBERED), arrived));
        assert!(is_forgotten(arrived.before(REMEMBERED + Duration::from_millis(1)), arrived));
        assert!(!is_forgotten(arrived.before(Duration::from_hours(7 * 24)), arrived));
        assert!(!is_forgotten(arrived.after(REMEMBERED * 2), arrived));
        assert!(!is_forgotten(Timestamp::EPOCH, arrived), "it carries no time");
    }
}
