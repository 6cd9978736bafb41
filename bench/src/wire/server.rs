//! The server: hands each request to one function and answers as that says, rightly or wrongly.

use std::future::pending;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use super::read;

/// What was asked.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Path and query.
    pub path: &'a str,
    /// The header `Authorization`; empty without one.
    pub authorization: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// What is answered.
#[derive(Debug)]
pub enum Answer {
    /// These bytes, at once.
    Now(Vec<u8>),
    /// These bytes, later.
    After(Duration, Vec<u8>),
    /// These bytes, one by one over this time.
    Slowly(Duration, Vec<u8>),
    /// These bytes, and then the connection is cut.
    Last(Vec<u8>),
    /// The connection is cut.
    Cut,
    /// The connection stays open and silent for so long, then it is cut.
    Hang(Duration),
    /// The connection stays open and silent for ever: the other side must lose patience.
    HalfOpen,
}

/// Serves until it is dropped.
pub async fn serve(listener: TcpListener, handler: Rc<dyn Fn(Request<'_>) -> Answer>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let handler = Rc::clone(&handler);
                // An error is the other side's end of the connection; it shows in what does not arrive.
                tokio::task::spawn_local(async move { connection(stream, handler).await });
            }
            // No file handle left, or the like: a little later there may be one.
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn connection(mut stream: TcpStream, handler: Rc<dyn Fn(Request<'_>) -> Answer>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = BytesMut::with_capacity(4096);
    loop {
        if let Some(head) = read::request(&buffer)?
            && buffer.len() >= head.body.end
        {
            let text = |range| std::str::from_utf8(&buffer[range]).unwrap_or_default();
            let answer = handler(Request {
                path: text(head.path),
                authorization: text(head.authorization),
                body: &buffer[head.body.clone()],
            });
            buffer.advance(head.body.end);
            if !give(&mut stream, answer).await? {
                return Ok(());
            }
            continue;
        }
        if stream.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
    }
}

/// Whether the connection can be used again.
async fn give(stream: &mut TcpStream, answer: Answer) -> io::Result<bool> {
    match answer {
        Answer::Now(bytes) => stream.write_all(&bytes).await?,
        Answer::After(pause, bytes) => {
            sleep(pause).await;
            stream.write_all(&bytes).await?;
        }
        Answer::Slowly(time, bytes) => {
            let pause = time / u32::try_from(bytes.len().max(1)).unwrap_or(1);
            for byte in bytes {
                sleep(pause).await;
                stream.write_all(&[byte]).await?;
            }
        }
        Answer::Last(bytes) => {
            stream.write_all(&bytes).await?;
            return Ok(false);
        }
        Answer::Cut => return Ok(false),
        Answer::Hang(time) => {
            sleep(time).await;
            return Ok(false);
        }
        Answer::HalfOpen => pending().await,
    }
    Ok(true)
}
