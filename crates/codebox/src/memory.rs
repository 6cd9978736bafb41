//! An allocator that counts what the interpreter holds, so that its memory can be limited. It counts in the child only:
//! in the server it costs one read of a flag that never changes.
#![expect(unsafe_code, reason = "an allocator is an unsafe trait; every call is passed on unchanged")]

use std::alloc::{GlobalAlloc, Layout};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use monty_types::{BASELINE_MEMORY, LIVE_MEMORY, OOM_EXIT_CODE};

/// How a child ends that took more than the interpreter could stop in time.
pub(crate) const OUT_OF_MEMORY: i32 = OOM_EXIT_CODE;

/// What the interpreter may take beyond its limit between two of its own checks.
const SLACK: usize = 8 * 1024 * 1024;
/// Where counting begins, so that freeing what was taken before it never goes below nothing.
const GROUND: usize = 1 << 40;

static COUNTING: AtomicBool = AtomicBool::new(false);
static CEILING: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Wraps the allocator of the program.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counting<A>(pub A);

/// Begins to count. Once, in the child.
pub(crate) fn begin() {
    LIVE_MEMORY.store(GROUND, Ordering::SeqCst);
    BASELINE_MEMORY.store(GROUND, Ordering::SeqCst);
    COUNTING.store(true, Ordering::SeqCst);
}

/// From here on the interpreter may take `limit` bytes: what is there already does not count.
pub(crate) fn arm(limit: usize) {
    let live = LIVE_MEMORY.load(Ordering::Relaxed);
    BASELINE_MEMORY.store(live, Ordering::Relaxed);
    CEILING.store(live.saturating_add(limit).saturating_add(SLACK), Ordering::Relaxed);
}

/// The ceiling is for runs only: what the child does between them is its own.
pub(crate) fn disarm() {
    CEILING.store(usize::MAX, Ordering::Relaxed);
}

#[inline]
fn take(bytes: usize) {
    if COUNTING.load(Ordering::Relaxed)
        && LIVE_MEMORY.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes)
            > CEILING.load(Ordering::Relaxed)
    {
        out_of_memory();
    }
}

#[inline]
fn give(bytes: usize) {
    if COUNTING.load(Ordering::Relaxed) {
        LIVE_MEMORY.fetch_sub(bytes, Ordering::Relaxed);
    }
}

#[cold]
fn out_of_memory() -> ! {
    disarm();
    std::process::exit(OUT_OF_MEMORY)
}

/// What the allocator gave, or the end of the child: the message of a failed allocation would want memory itself.
#[inline]
fn given(block: *mut u8) -> *mut u8 {
    if block.is_null() && COUNTING.load(Ordering::Relaxed) {
        out_of_memory();
    }
    block
}

// SAFETY: each method hands its arguments unchanged to `A` and returns what `A` returned, or ends the process.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Counting<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: the caller's layout.
        given(unsafe { self.0.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: the caller's layout.
        given(unsafe { self.0.alloc_zeroed(layout) })
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        give(layout.size());
        // SAFETY: the caller's block, which `A` gave for this layout.
        unsafe { self.0.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        match size.checked_sub(layout.size()) {
            Some(more) => take(more),
            None => give(layout.size() - size),
        }
        // SAFETY: the caller's block and layout, and a size the caller answers for.
        given(unsafe { self.0.realloc(block, layout, size) })
    }
}
