//! The child on its own, as the server would start it, and a probe that tries the walls from inside. For tests and
//! measurements; nothing of it is in the product.

use std::fs::File;
use std::net::{TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::process::{Command, ExitCode};

#[global_allocator]
static ALLOCATOR: chasqui_codebox::Counting<mimalloc::MiMalloc> =
    chasqui_codebox::Counting(mimalloc::MiMalloc);

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some(chasqui_codebox::NAME) => chasqui_codebox::run_child(),
        Some("probe") => probe(),
        _ => {
            eprintln!("codebox: a part of Chasqui's tests; it does `{}` and `probe`", chasqui_codebox::NAME);
            ExitCode::FAILURE
        }
    }
}

/// Raises the walls as a child does, tries what must not work, and says what did: a line for each, after the first wall and
/// after the last.
fn probe() -> ExitCode {
    println!("environment {}", std::env::vars_os().count());
    let parent = rustix::process::getppid();
    let walls = match chasqui_codebox::walls::raise(64 << 20) {
        Ok(walls) => walls,
        Err(down) => {
            println!("walls {down}");
            return ExitCode::FAILURE;
        }
    };
    println!("walls {walls}");
    attempts("first", parent);
    // In a thread, as in the child.
    let inner = std::thread::spawn(move || {
        if let Err(down) = chasqui_codebox::walls::close() {
            println!("walls {down}");
            return;
        }
        attempts("last", parent);
        let thread = std::thread::Builder::new().spawn(|| {});
        report("last", "thread", thread.map(drop));
    });
    match inner.join() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn attempts(stage: &str, parent: Option<rustix::process::Pid>) {
    report(stage, "read", File::open("/etc/passwd").map(drop));
    report(stage, "write", File::create("/tmp/chasqui-probe").map(drop));
    report(stage, "list", std::fs::read_dir("/").map(drop));
    report(stage, "delete", std::fs::remove_file("/tmp/chasqui-probe-victim"));
    report(stage, "own_descriptors", std::fs::read_dir("/proc/self/fd").map(drop));
    report(stage, "connect", TcpStream::connect(("127.0.0.1", 9)).map(drop));
    report(stage, "datagram", UdpSocket::bind(("127.0.0.1", 0)).map(drop));
    report(stage, "local_socket", UnixStream::pair().map(drop));
    report(stage, "process", Command::new("/bin/true").status().map(drop));
    let signal = parent.map_or(Err(rustix::io::Errno::SRCH), rustix::process::test_kill_process);
    report(stage, "signal", signal.map_err(Into::into));
}

fn report(stage: &str, what: &str, outcome: std::io::Result<()>) {
    match outcome {
        Ok(()) => println!("{stage} {what} WORKED"),
        Err(error) => println!("{stage} {what} {error}"),
    }
}
