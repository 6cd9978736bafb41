//! The binary `chasqui`.

use std::process::ExitCode;

use chasqui_runtime::code::{self, Counting};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: Counting<MiMalloc> = Counting(MiMalloc);

fn main() -> ExitCode {
    // Started by itself, to run custom code: nothing else may have happened before.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == code::NAME) {
        return code::run_child();
    }
    // Before anything that may speak TLS. Fails only when one is installed already.
    drop(rustls::crypto::ring::default_provider().install_default());
    chasqui_server::cli::main()
}
