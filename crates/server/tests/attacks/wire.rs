//! A bare connection: bytes go out as they are written, whatever HTTP says of them.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, timeout, timeout_at};

/// A connection.
pub struct Wire(TcpStream);

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub bytes: Vec<u8>,
    /// The server closed the connection.
    pub is_closed: bool,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The statuses of all answers in it.
    pub fn statuses(&self) -> Vec<u16> {
        let text = self.text();
        let after = text.split("HTTP/1.").skip(1);
        after.filter_map(|rest| rest.get(2..5)?.parse().ok()).collect()
    }

    /// The status of the first answer.
    pub fn status(&self) -> Option<u16> {
        self.statuses().first().copied()
    }
}

impl Wire {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = timeout(Duration::from_secs(5), TcpStream::connect(address)).await;
        Ok(Self(stream.context("no connection in 5 s")?.context("no connection")?))
    }

    /// From another address of this machine.
    pub async fn open_from(from: IpAddr, address: SocketAddr) -> Result<Self> {
        let socket = if from.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.bind(SocketAddr::new(from, 0))?;
        let stream = timeout(Duration::from_secs(5), socket.connect(address)).await;
        Ok(Self(stream.context("no connection in 5 s")?.context("no connection")?))
    }

    /// With a window so small that whatever is not read fills it at once.
    pub async fn open_narrow(address: SocketAddr) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(4096)?;
        Ok(Self(timeout(Duration::from_secs(5), socket.connect(address)).await??))
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> Result<()> {
        timeout(Duration::from_secs(20), self.0.write_all(bytes.as_ref()))
            .await
            .context("it does not read")??;
        Ok(())
    }

    /// Everything until the server closes, or so long.
    pub async fn read(&mut self, within: Duration) -> Reply {
        let deadline = Instant::now() + within;
        let (mut bytes, mut piece) = (Vec::new(), vec![0; 65_536]);
        loop {
            match timeout_at(deadline, self.0.read(&mut piece)).await {
                Err(_) => return Reply { bytes, is_closed: false },
                Ok(Ok(0) | Err(_)) => return Reply { bytes, is_closed: true },
                Ok(Ok(count)) => bytes.extend_from_slice(&piece[..count]),
            }
        }
    }

    /// Reads until a whole head has come.
    pub async fn head(&mut self, within: Duration) -> Reply {
        let deadline = Instant::now() + within;
        let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
        while !bytes.windows(4).any(|it| it == b"\r\n\r\n") {
            match timeout_at(deadline, self.0.read(&mut piece)).await {
                Err(_) => return Reply { bytes, is_closed: false },
                Ok(Ok(0) | Err(_)) => return Reply { bytes, is_closed: true },
                Ok(Ok(count)) => bytes.extend_from_slice(&piece[..count]),
            }
        }
        Reply { bytes, is_closed: false }
    }

    /// How long it takes until the server closes without being read from; `None`: not within this time.
    pub async fn ends(&mut self, within: Duration) -> Option<Duration> {
        let began = Instant::now();
        let reply = self.read(within).await;
        reply.is_closed.then(|| began.elapsed())
    }
}

/// Sends bytes on a connection of their own and reads what comes within a time.
pub async fn raw(address: SocketAddr, bytes: impl AsRef<[u8]>, within: Duration) -> Result<Reply> {
    let mut wire = Wire::open(address).await?;
    // A refusal may come, and the connection close, before everything is written.
    let _ = wire.send(bytes).await;
    Ok(wire.read(within).await)
}
