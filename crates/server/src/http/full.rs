//! The refusal of an account that has as much of something as it may keep.

use axum::http::StatusCode;
use chasqui_model::quota::Kind;
use chasqui_store::noun::quota::Room;

use super::problem::Problem;

/// Says what is full, how much of it there may be, and what to do.
pub(crate) fn problem(Room { kind, limit }: Room) -> Problem {
    let size = bytes(limit);
    let detail = match kind {
        Kind::Files => {
            format!("This account keeps {limit} files. Delete some, or ask your operator.")
        }
        Kind::FileBytes => {
            format!("The files of this account may have {size} in all. Delete some, or ask your operator.")
        }
        Kind::Bots => {
            format!("This account keeps {limit} bots. Delete some, or ask your operator.")
        }
        Kind::Versions => {
            format!(
                "This bot keeps {limit} versions of the last 30 days. Publish less often, or copy the bot."
            )
        }
        Kind::BotBytes => {
            format!(
                "The bots of this account may have {size} in all, with their versions. Delete a bot, or ask your operator."
            )
        }
        Kind::Integrations => {
            format!("This account connects {limit} numbers. Delete one, or ask your operator.")
        }
        Kind::Connections => {
            format!("This account keeps {limit} connections. Delete one, or ask your operator.")
        }
        Kind::ApiTokens => {
            format!("This account keeps {limit} API tokens. Delete one, or ask your operator.")
        }
        Kind::People => {
            format!("This account has {limit} people and open invitations. Remove one, or ask your operator.")
        }
        Kind::KeyBytes | Kind::Contacts | Kind::ReceivedBytes | Kind::Events => {
            format!("This account keeps {limit} of these. Ask your operator.")
        }
    };
    Problem::new(StatusCode::CONFLICT, "quota_reached", detail)
        .with("quota", kind.name())
        .with("limit", limit)
}

/// A size in the largest unit that it has a whole number of.
fn bytes(size: i64) -> String {
    let units = [(1_i64 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let found = units.into_iter().find(|(unit, _)| size >= *unit && size % unit == 0);
    found.map_or_else(|| format!("{size} bytes"), |(unit, name)| format!("{} {name}", size / unit))
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_are_told_exactly() {
        assert_eq!(bytes(10 << 30), "10 GiB");
        assert_eq!(bytes(1536), "1536 bytes");
        assert_eq!(bytes(3 << 10), "3 KiB");
    }
}
