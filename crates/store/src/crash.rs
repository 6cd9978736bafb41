//! Kill points. They stand between two durable facts; the crash suite has the process die at each of them. And the next
//! version: a process can be told to be it, so that a version is replaced by one with another migration while it works.
//!
//! Without the feature `crash-points` all this is nothing.

/// A place where the process may be told to die, named `K01`, `K02` … (listed in `docs/operations/kill-points.md`).
#[macro_export]
macro_rules! crash_point {
    ($name:literal) => {
        #[cfg(feature = "crash-points")]
        $crate::crash::pass($name);
    };
}

#[cfg(feature = "crash-points")]
mod armed {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    static ARMED: OnceLock<(String, AtomicU32)> = OnceLock::new();
    static NEXT: AtomicBool = AtomicBool::new(false);

    /// This process is the next version: on PostgreSQL it brings one more migration.
    pub fn be_next_version() {
        NEXT.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_next_version() -> bool {
        NEXT.load(Ordering::SeqCst)
    }

    /// Dies at the `pass`-th time (from 1) that the point `name` is passed. Text: `K03:5`.
    pub fn arm(text: &str) {
        let (name, pass) = text.split_once(':').unwrap_or((text, "1"));
        let pass = pass.parse().unwrap_or(1);
        let _ = ARMED.set((name.to_owned(), AtomicU32::new(pass)));
    }

    /// Dies when this is the armed pass.
    pub fn pass(name: &str) {
        if let Some((armed, left)) = ARMED.get()
            && armed == name
            && left.fetch_sub(1, Ordering::SeqCst) == 1
        {
            std::process::abort();
        }
    }
}

#[cfg(feature = "crash-points")]
pub(crate) use armed::is_next_version;
#[cfg(feature = "crash-points")]
pub use armed::{arm, be_next_version, pass};
