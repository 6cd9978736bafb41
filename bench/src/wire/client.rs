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

/// Connections to a server, or to several that are asked in turn.
#[derive(Debug)]
pub struct Pool {
    servers: Vec<Server>,
    turn: Cell<usize>,
}

#[derive(Debug)]
struct Server {
    address: SocketAddr,
    idle: RefCell<Vec<Connection>>,
}

impl Pool {
    /// No connection yet.
    pub fn new(addresses: &[SocketAddr]) -> Self {
        let server = |address: &SocketAddr| Server { address: *address, idle: RefCell::default() };
        Self { servers: addresses.iter().map(server).collect(), turn: Cell::new(0) }
    }

    /// The servers are gone, and with them the connections.
    pub fn forget(&self) {
        self.servers.iter().for_each(|server| server.idle.borrow_mut().clear());
    }

    /// One request and its answer, on an idle connection or on one more.
    pub async fn exchange(&self, request: &[u8]) -> io::Result<Response> {
        let turn = self.turn.get();
        self.turn.set(turn.wrapping_add(1));
        let server = &self.servers[turn % self.servers.len()];
        let mut connection = match server.idle() {
            Some(connection) => connection,
            None => Connection::open(server.address).await?,
        };
        let response = connection.exchange(request).await?;
        server.idle.borrow_mut().push(connection);
        Ok(response)
    }
}

impl Server {
    /// An idle connection that the server has not closed meanwhile.
    fn idle(&self) -> Option<Connection> {
        let mut idle = self.idle.borrow_mut();
        std::iter::from_fn(|| idle.pop()).find(Connection::is_open)
    }
}
