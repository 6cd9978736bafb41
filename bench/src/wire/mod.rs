//! HTTP/1.1 as far as a webhook and an answer need it, byte by byte: the stand-in must also be able to answer wrongly.

mod client;
mod read;
mod server;

pub use client::{Connection, Pool};
pub use server::{Answer, Request, serve};

/// A whole answer with a JSON body.
pub fn answer(status: u16, body: &str) -> Vec<u8> {
    let reason = if status < 300 { "OK" } else { "Refused" };
    format!(
        "HTTP/1.1 {status} {reason}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
