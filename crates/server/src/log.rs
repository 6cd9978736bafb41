//! What the process says about itself. Ids only: no message text, no phone numbers, no tokens, no addresses with queries.
//!
//! Nobody who says something waits for whoever reads it: lines queue up in memory for a thread that writes them. When the
//! reader is slower, or gone, or the disk of the log is full, lines are dropped and counted.

use std::collections::VecDeque;
use std::io::{ErrorKind, Write};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing_subscriber::EnvFilter;

/// How much may wait to be written.
const MOST: usize = 4 * 1024 * 1024;
/// A pipe that does not block says when it is full; then it is tried again.
const AGAIN: Duration = Duration::from_millis(20);

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// One JSON object a line on the standard output, for machines.
    Json,
    /// Words on the standard error, for people.
    Text,
}

/// Starts logging. Later calls change nothing.
pub(crate) fn start(style: Style, filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        anyhow::anyhow!("--log is not a filter such as info or chasqui_runtime=debug: {error}")
    })?;
    let lines = Arc::clone(&LINES);
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .log_internal_errors(false)
        .with_writer(move || Line(Arc::clone(&lines)));
    // An error means that somebody was here before.
    let begun = match style {
        Style::Json => builder.json().flatten_event(true).with_current_span(false).try_init(),
        Style::Text => builder.with_target(false).compact().try_init(),
    };
    if begun.is_ok() {
        let lines = Arc::clone(&LINES);
        let out: Box<dyn Write + Send> = match style {
            Style::Json => Box::new(std::io::stdout()),
            Style::Text => Box::new(std::io::stderr()),
        };
        std::thread::Builder::new().name("log".into()).spawn(move || lines.write_to(out))?;
    }
    std::panic::set_hook(Box::new(|panic| {
        // The message of a panic may hold anything; the place does not.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a task panicked");
    }));
    Ok(())
}

/// Waits until everything that was said is written, for at most `within`.
pub(crate) fn finish(within: Duration) {
    LINES.flush(within);
}

static LINES: LazyLock<Arc<Lines>> = LazyLock::new(Arc::default);

/// Lines that wait to be written.
#[derive(Default)]
struct Lines {
    queue: Mutex<Queue>,
    /// There is something to write.
    more: Condvar,
    /// Everything is written.
    done: Condvar,
}

#[derive(Default)]
struct Queue {
    lines: VecDeque<Vec<u8>>,
    bytes: usize,
    dropped: u64,
    /// A line is being written.
    writing: bool,
    /// Somebody writes at all.
    open: bool,
}

/// What one line is said to.
struct Line(Arc<Lines>);

impl Write for Line {
    /// A line is always given whole.
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.say(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn say(&self, line: &[u8]) {
        let mut queue = self.queue();
        if queue.bytes + line.len() > MOST {
            queue.dropped += 1;
            drop(queue);
            count(1);
            return;
        }
        queue.bytes += line.len();
        queue.lines.push_back(line.to_vec());
        drop(queue);
        self.more.notify_one();
    }

    /// Writes for ever.
    fn write_to(&self, mut out: Box<dyn Write + Send>) {
        self.queue().open = true;
        let mut torn = false;
        loop {
            let line = self.next();
            let written = write(&mut out, &line, &mut torn);
            let mut queue = self.queue();
            queue.writing = false;
            queue.bytes -= line.len();
            if !written {
                queue.dropped += 1;
            }
            let idle = queue.lines.is_empty();
            // Told when lines flow again and there is room for this one too.
            let dropped =
                if written && queue.bytes < MOST / 2 { std::mem::take(&mut queue.dropped) } else { 0 };
            drop(queue);
            if !written {
                count(1);
            }
            if dropped > 0 {
                tracing::warn!(
                    lines = dropped,
                    "log lines were dropped: they could not be written as fast as they came"
                );
            } else if idle {
                self.done.notify_all();
            }
        }
    }

    fn next(&self) -> Vec<u8> {
        let mut queue = self.queue();
        loop {
            if let Some(line) = queue.lines.pop_front() {
                queue.writing = true;
                return line;
            }
            queue = self.more.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn flush(&self, within: Duration) {
        let queue = self.queue();
        if queue.open {
            let busy = |queue: &mut Queue| queue.writing || !queue.lines.is_empty();
            drop(self.done.wait_timeout_while(queue, within, busy));
        }
    }
}

fn count(lines: u64) {
    metrics::counter!("chasqui_log_lines_dropped_total").increment(lines);
}

/// Writes a line whole, and on a line of its own when the one before was torn. `false` when it could not: the disk is full,
/// or nobody will ever read it.
fn write(out: &mut dyn Write, line: &[u8], torn: &mut bool) -> bool {
    if *torn && !write_all(out, b"\n") {
        return false;
    }
    *torn = false;
    let written = write_all(out, line) && out.flush().is_ok();
    *torn = !written;
    written
}

fn write_all(out: &mut dyn Write, mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        match out.write(bytes) {
            Ok(0) => return false,
            Ok(count) => bytes = &bytes[count..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::sleep(AGAIN),
            Err(_) => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// Takes a line only when it is let.
    struct Gate(Receiver<bool>, Sender<Vec<u8>>);

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if self.0.recv().unwrap_or(true) {
                self.1.send(bytes.to_vec()).map_err(|_| ErrorKind::BrokenPipe)?;
                return Ok(bytes.len());
            }
            Err(ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn whoever_says_something_never_waits_and_what_is_too_much_is_counted() {
        let lines: Arc<Lines> = Arc::default();
        let (let_through, gate) = channel();
        let (write, written) = channel();
        let writer = Arc::clone(&lines);
        std::thread::spawn(move || writer.write_to(Box::new(Gate(gate, write))));
        let line = vec![b'x'; 64 * 1024];
        // Nobody reads: all of this returns at once.
        for _ in 0..100 {
            lines.say(&line);
        }
        let held = MOST / line.len();
        assert_eq!(lines.queue().dropped, 100 - held as u64);
        lines.flush(Duration::from_millis(20));
        // The disk is full for the first, the others go.
        let_through.send(false).unwrap();
        drop(let_through);
        // The line end after the one that was torn, then each line.
        assert_eq!(written.recv().unwrap(), b"\n");
        for _ in 1..held {
            assert_eq!(written.recv().unwrap().len(), line.len());
        }
        lines.flush(Duration::from_secs(10));
        let queue = lines.queue();
        assert_eq!((queue.bytes, queue.dropped), (0, 0));
    }
}
