//! The child: raises its walls, then runs what it is asked to, one after the other, until the pipe closes.

mod inspect;
mod program;
mod rewrite;
mod value;

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Duration;

use crate::frame::{self, Ask, Limits, Reply};
use crate::{Trouble, TroubleKind, memory, walls};

use program::Shelf;

/// The argument that makes a program a child.
pub const NAME: &str = "__codebox";

/// Stack of the interpreter's thread: what nested code needs before the interpreter's own limit on depth stops it.
const STACK: usize = 64 * 1024 * 1024;

/// How a child ends.
mod ending {
    /// The server closed the pipe.
    pub const DONE: u8 = 0;
    /// The pipe broke, or what came over it was none of ours.
    pub const PIPE: u8 = 3;
    /// A wall could not be raised.
    pub const WALLS: u8 = 4;
    /// The interpreter panicked: its state is not to be trusted.
    pub const PANIC: u8 = 5;
}

/// Runs as a child until the server closes the pipe. To be called first thing in `main`, while there is one thread.
pub fn run() -> ExitCode {
    ExitCode::from(serve())
}

fn serve() -> u8 {
    // Nobody reads what a child says beside the pipe, and it may hold values.
    std::panic::set_hook(Box::new(|_| {}));
    let Ok(Some(limits)) = frame::read::<Limits>(&mut std::io::stdin().lock()) else { return ending::PIPE };
    let walls = match walls::raise(limits.memory) {
        Ok(walls) => walls,
        Err(down) => return refuse(&down),
    };
    memory::begin();
    let interpreter = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        if let Err(down) = walls::close() {
            return refuse(&down);
        }
        if frame::write(&mut std::io::stdout().lock(), &Ok::<_, String>(walls)).is_err() {
            return ending::PIPE;
        }
        answer_all(&limits, &mut std::io::stdin().lock(), &mut std::io::stdout().lock())
    });
    match interpreter.map(std::thread::JoinHandle::join) {
        Ok(Ok(ending)) => ending,
        Ok(Err(_)) => ending::PANIC,
        Err(_) => ending::WALLS,
    }
}

/// Says which wall is down; then nothing is run.
fn refuse(down: &walls::Down) -> u8 {
    let reason: Result<walls::Walls, String> = Err(down.to_string());
    let _ = frame::write(&mut std::io::stdout().lock(), &reason);
    ending::WALLS
}

fn answer_all(limits: &Limits, from: &mut impl Read, to: &mut impl Write) -> u8 {
    let mut shelf = Shelf::default();
    let time = Duration::from_millis(limits.time_ms);
    loop {
        let ask = match frame::read::<Ask>(from) {
            Ok(Some(ask)) => ask,
            Ok(None) => return ending::DONE,
            Err(_) => return ending::PIPE,
        };
        memory::arm(limits.memory);
        let reply = catch_unwind(AssertUnwindSafe(|| match ask {
            Ask::Check { code } => Reply::Checked { flaw: shelf.program(&code).err() },
            Ask::Run { code, variables, now, utc_offset_seconds } => match shelf.program(&code) {
                Ok(program) => {
                    let clock = program::Clock { now, utc_offset_seconds };
                    match program.run(&variables, &clock, time, limits.memory) {
                        Ok(answer) => Reply::Done(answer),
                        Err(trouble) => Reply::Failed(trouble),
                    }
                }
                Err(flaw) => {
                    let message = format!("line {}: {}", flaw.line, flaw.message);
                    Reply::Failed(Trouble::new(TroubleKind::Code, message))
                }
            },
        }));
        memory::disarm();
        let panicked = reply.is_err();
        let reply = reply.unwrap_or_else(|_| {
            Reply::Failed(Trouble::new(TroubleKind::Crash, "the code brought the interpreter down"))
        });
        if frame::write(to, &reply).is_err() {
            return ending::PIPE;
        }
        if panicked {
            return ending::PANIC;
        }
    }
}
