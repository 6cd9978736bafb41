//! The client: connections that stay open, one exchange at a time on each.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::SocketAddr;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::read;

/// An answer.
#[derive(Debug)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Its body.
    pub body: Bytes,
}

/// An open connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: BytesMut,
}

impl Connection {
    /// Opens one.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: BytesMut::with_capacity(4096) })
    }

    /// Whether nothing has come since the last answer: not even the end.
    pub fn is_open(&self) -> bool {
        self.stream.try_read(&mut [0]).is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Writes a whole request and reads the whole answer.
    pub async fn exchange(&mut self, request: &[u8]) -> io::Result<Response> {
        self.stream.write_all(request).await?;
        loop {
            if let Some(head) = read::response(&self.buffer)?
                && self.buffer.len() >= head.body.end
            {
                let mut whole = self.buffer.split_to(head.body.end);
                whole.advance(head.body.start);
                return Ok(Response { status: head.status, body: whole.freeze() });
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// Connections to one server.
#[derive(Debug)]
pub struct Pool {
    address: Cell<SocketAddr>,
    idle: RefCell<Vec<Connection>>,
}

impl Pool {
    /// No connection yet.
    pub fn new(address: SocketAddr) -> Self {
        Self { address: Cell::new(address), idle: RefCell::default() }
    }

    /// The server is gone, and with it the connections.
    pub fn forget(&self) {
        self.idle.borrow_mut().clear();
    }

    /// An idle connection that the server has not closed meanwhile.
    fn idle(&self) -> Option<Connection> {
        let mut idle = self.idle.borrow_mut();
        std::iter::from_fn(|| idle.pop()).find(Connection::is_open)
    }

    /// One request and its answer, on an idle connection or on one more.
    pub async fn exchange(&self, request: &[u8]) -> io::Result<Response> {
        let mut connection = match self.idle() {
            Some(connection) => connection,
            None => Connection::open(self.address.get()).await?,
        };
        let response = connection.exchange(request).await?;
        self.idle.borrow_mut().push(connection);
        Ok(response)
    }
}
