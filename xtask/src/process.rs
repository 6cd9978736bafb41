//! Runs other programs and says so: a line when one starts, how long it took, its whole output when it fails, and a
//! sign of life while a silent one works.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// A silent program's last line is shown this often.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);

/// Runs a program whose output is worth reading as it comes.
pub fn shown(label: &str, command: &mut Command) -> Result<()> {
    println!("▸ {label}");
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).status().with_context(|| cannot_start(command))?;
    println!("  {label}: {}", elapsed(start.elapsed()));
    succeed(label, status)
}

/// Runs a program whose output matters only when it fails; then all of it is printed.
pub fn quiet(label: &str, command: &mut Command) -> Result<()> {
    begin(label);
    let start = Instant::now();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| cannot_start(command))?;
    let lines = lines_of(&mut child);
    let mut output: Vec<String> = Vec::new();
    let mut last_sign = Instant::now();
    loop {
        match lines.recv_timeout(SIGN_OF_LIFE) {
            Ok(line) => output.push(line),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if last_sign.elapsed() >= SIGN_OF_LIFE {
            last_sign = Instant::now();
            let last = output.last().map_or("no output so far", |line| line.trim());
            begin_again(&format!("{}: {last}", elapsed(start.elapsed())));
        }
    }
    let status = child.wait().with_context(|| format!("lost sight of {label}"))?;
    println!("{}{}", if status.success() { "" } else { "failed, " }, elapsed(start.elapsed()));
    if !status.success() {
        println!("{}", output.join("\n"));
    }
    succeed(label, status)
}

/// Runs a program that leaves a server behind: its output goes nowhere, because the server would keep it open.
pub fn silent(label: &str, command: &mut Command) -> Result<()> {
    begin(label);
    let start = Instant::now();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status().with_context(|| cannot_start(command))?;
    println!("{}{}", if status.success() { "" } else { "failed, " }, elapsed(start.elapsed()));
    succeed(label, status)
}

/// What a program wrote on standard output. Its complaints go to ours.
pub fn captured(label: &str, command: &mut Command) -> Result<String> {
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().with_context(|| cannot_start(command))?;
    succeed(label, output.status)?;
    String::from_utf8(output.stdout).with_context(|| format!("{label} did not write text"))
}

/// Whether a program ends well; also false when it is not installed. Its output is dropped.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Tells that a step has nothing to do.
pub fn nothing_to_do(label: &str) {
    println!("▸ {label} … up to date");
}

/// Tells that a step of our own looked at `count` things and has nothing to say against them.
pub fn found_in_order(label: &str, count: usize, what: &str) {
    println!("▸ {label} … {count} {what} in order");
}

/// A duration as a person reads it.
pub fn elapsed(time: Duration) -> String {
    match time.as_secs() {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        seconds @ 10..120 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// Reads both pipes of a child, line by line, until it closes them.
fn lines_of(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = channel();
    if let Some(stdout) = child.stdout.take() {
        forward(stdout, sender.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        forward(stderr, sender);
    }
    receiver
}

fn forward(pipe: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            if lines.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                break;
            }
        }
    });
}

fn begin(label: &str) {
    print!("▸ {label} … ");
    // A console that is gone is no reason to stop working.
    let _ = std::io::stdout().flush();
}

fn begin_again(text: &str) {
    print!("\n  {text} … ");
    let _ = std::io::stdout().flush();
}

fn succeed(label: &str, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("{label} failed ({status})");
    }
    Ok(())
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start {}", command.get_program().to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_reads_well() {
        assert_eq!(elapsed(Duration::from_millis(3_240)), "3.2 s");
        assert_eq!(elapsed(Duration::from_secs(38)), "38 s");
        assert_eq!(elapsed(Duration::from_secs(185)), "3 min 05 s");
    }

    #[test]
    fn a_program_that_fails_is_an_error_that_names_the_step() {
        let error = quiet("the step", Command::new("sh").args(["-c", "echo why; exit 3"])).unwrap_err();
        assert!(error.to_string().starts_with("the step failed"), "{error}");
    }

    #[test]
    fn a_program_that_is_missing_is_named() {
        let error = quiet("the step", &mut Command::new("no-such-program")).unwrap_err();
        assert_eq!(error.to_string(), "cannot start no-such-program");
    }
}
