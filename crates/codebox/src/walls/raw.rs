//! What the standard library has no safe words for.
#![expect(unsafe_code, reason = "closing descriptors that we did not open, and leaving namespaces")]

use std::io;
use std::os::fd::{FromRawFd, OwnedFd};

use rustix::thread::{UnshareFlags, unshare_unsafe};

/// Closes whatever the server's own parent left open, and what the server itself might have: all but the standard three.
pub(super) fn close_inherited() -> io::Result<()> {
    let mut open = Vec::new();
    for entry in std::fs::read_dir("/proc/self/fd")? {
        open.extend(entry?.file_name().to_str().and_then(|name| name.parse::<i32>().ok()));
    }
    for descriptor in open.into_iter().filter(|&descriptor| descriptor > 2) {
        // The one that listed the others is closed already; closing it again is harmless in a process of one thread.
        if rustix::io::fcntl_getfd(borrowed(descriptor)).is_ok() {
            // SAFETY: called first thing in a fresh process of one thread: nothing in it has opened a descriptor that
            // it still holds, so nobody else will close or use this one.
            drop(unsafe { OwnedFd::from_raw_fd(descriptor) });
        }
    }
    Ok(())
}

fn borrowed<'a>(descriptor: i32) -> std::os::fd::BorrowedFd<'a> {
    // SAFETY: asked only whether it is open; `EBADF` is an answer.
    unsafe { std::os::fd::BorrowedFd::borrow_raw(descriptor) }
}

/// Goes into a user and a network namespace of its own. `false`: the system does not let it.
pub(super) fn leave_network() -> bool {
    // SAFETY: unsharing is unsafe because of the table of descriptors, which is not touched here.
    unsafe { unshare_unsafe(UnshareFlags::NEWUSER | UnshareFlags::NEWNET | UnshareFlags::NEWIPC) }.is_ok()
}
