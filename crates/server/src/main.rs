//! The binary `chasqui`.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Before anything that may speak TLS. Fails only when one is installed already.
    drop(rustls::crypto::ring::default_provider().install_default());
    chasqui_server::cli::main()
}
