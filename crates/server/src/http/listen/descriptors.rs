//! File descriptors: each connection takes one, and systems give a process 1,024 unless it asks for more.

use rustix::process::{Resource, getrlimit, setrlimit};

use super::Limits;

/// What else needs descriptors: the database, files, calls to Meta and to the services of bots.
const BESIDES: usize = 512;

/// Asks for as many descriptors as the system allows, and lowers the connections to what they suffice for. Says so loudly.
pub fn raise(limits: Limits) -> Limits {
    let mut allowed = getrlimit(Resource::Nofile);
    if allowed.current != allowed.maximum {
        let wanted = rustix::process::Rlimit { current: allowed.maximum, maximum: allowed.maximum };
        match setrlimit(Resource::Nofile, wanted) {
            Ok(()) => allowed = getrlimit(Resource::Nofile),
            Err(error) => tracing::warn!(%error, "the limit of file descriptors could not be raised"),
        }
    }
    let Some(descriptors) = allowed.current else { return limits };
    let descriptors = usize::try_from(descriptors).unwrap_or(usize::MAX);
    let connections = suffice(descriptors, limits.connections);
    if connections < limits.connections {
        tracing::warn!(
            descriptors,
            needed = limits.connections + BESIDES,
            connections,
            "the system allows too few file descriptors, so fewer connections are taken: raise the hard limit \
             (LimitNOFILE= of the systemd unit, `ulimit -Hn`)"
        );
    }
    Limits { connections, ..limits }
}

/// Connections that so many descriptors suffice for: half of them when there are few.
fn suffice(descriptors: usize, wanted: usize) -> usize {
    wanted.min(descriptors.saturating_sub(BESIDES).max(descriptors / 2)).max(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_for_the_rest() {
        assert_eq!(suffice(524_288, 4096), 4096);
        assert_eq!(suffice(4608, 4096), 4096);
        assert_eq!(suffice(4607, 4096), 4095);
        assert_eq!(suffice(1024, 4096), 512);
        assert_eq!(suffice(256, 4096), 128);
        assert_eq!(suffice(64, 4096), 32);
    }
}
