//! The compiled expressions that are in use, shared by all flows of the process and bounded in bytes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Compiled;

/// Most bytes of each of the two generations.
pub(super) const MAX_BYTES: usize = 8 * 1024 * 1024;
/// What an entry takes besides the expression.
const ENTRY: usize = 256;

/// Two generations: what is used moves into the young one; when that is full, it becomes the old one, and what nobody used
/// since is dropped.
#[derive(Default)]
struct Shared {
    young: HashMap<Box<str>, Arc<Compiled>>,
    old: HashMap<Box<str>, Arc<Compiled>>,
    bytes: usize,
}

static SHARED: Mutex<Option<Shared>> = Mutex::new(None);

/// Compiles an expression and keeps it.
pub(super) fn compile(source: &str) -> Arc<Compiled> {
    // Not under the lock: others go on, and whoever compiles the same meanwhile drops theirs.
    let compiled = Arc::new(Compiled::new(source));
    lock().get_or_insert_default().keep(source, Arc::clone(&compiled));
    compiled
}

/// An expression that is there.
pub(super) fn known(source: &str) -> Option<Arc<Compiled>> {
    let mut shared = lock();
    let shared = shared.get_or_insert_default();
    if let Some(known) = shared.young.get(source) {
        return Some(Arc::clone(known));
    }
    let known = shared.old.remove(source)?;
    shared.keep(source, Arc::clone(&known));
    Some(known)
}

impl Shared {
    fn keep(&mut self, source: &str, compiled: Arc<Compiled>) {
        let bytes = compiled.size + 2 * source.len() + ENTRY;
        if self.young.insert(source.into(), compiled).is_none() {
            self.bytes += bytes;
        }
        if self.bytes > MAX_BYTES {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
    }
}

/// How many bytes are kept now.
#[cfg(test)]
pub(super) fn kept_bytes() -> usize {
    let mut shared = lock();
    let shared = shared.get_or_insert_default();
    shared.young.values().chain(shared.old.values()).map(|compiled| compiled.size).sum()
}

fn lock() -> MutexGuard<'static, Option<Shared>> {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner)
}
