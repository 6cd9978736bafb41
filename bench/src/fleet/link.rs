//! The way from one process to the database, which can be cut: as a cable that is pulled, or as a firewall that refuses.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::spawn_local;

/// How the way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// All goes through.
    Open,
    /// Nothing goes through and nobody is told: what was on its way arrives when it is open again.
    Silent,
    /// Connections are cut, and new ones as well.
    Refused,
}

/// A way.
#[derive(Debug)]
pub struct Link {
    /// Where it begins.
    pub address: SocketAddr,
    way: watch::Sender<Way>,
}

impl Link {
    /// A way to `target`.
    pub async fn open(port: u16, target: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let (way, ways) = watch::channel(Way::Open);
        spawn_local(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let ways = ways.clone();
                // An error is the end of either side's connection.
                spawn_local(async move { carry(stream, target, ways).await });
            }
        });
        Ok(Self { address, way })
    }

    /// Changes how it is.
    pub fn set(&self, way: Way) {
        self.way.send_replace(way);
    }
}

async fn carry(near: TcpStream, target: SocketAddr, mut way: watch::Receiver<Way>) -> io::Result<()> {
    if !passes(&mut way).await {
        return Ok(());
    }
    let far = TcpStream::connect(target).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    let refused = way.clone();
    tokio::select! {
        done = pump(near_in, far_out, way.clone()) => done,
        done = pump(far_in, near_out, way) => done,
        () = is_refused(refused) => Ok(()),
    }
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut way: watch::Receiver<Way>,
) -> io::Result<()> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let count = from.read(&mut buffer).await?;
        // Even the end of a connection does not get through while it is silent.
        if !passes(&mut way).await || count == 0 {
            return Ok(());
        }
        to.write_all(&buffer[..count]).await?;
    }
}

/// Waits for as long as it is silent. Whether it is open then.
async fn passes(way: &mut watch::Receiver<Way>) -> bool {
    way.wait_for(|way| *way != Way::Silent).await.is_ok_and(|way| *way == Way::Open)
}

async fn is_refused(mut way: watch::Receiver<Way>) {
    // An error means that nobody will change it any more.
    let _ = way.wait_for(|way| *way == Way::Refused).await;
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::task::LocalSet;
    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn what_was_on_its_way_arrives_when_the_way_is_open_again() {
        let test = async {
            let target = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let link = Link::open(0, target.local_addr().unwrap()).await.unwrap();
            let mut near = TcpStream::connect(link.address).await.unwrap();
            let (mut far, _) = target.accept().await.unwrap();
            link.set(Way::Silent);
            near.write_all(b"late").await.unwrap();
            let mut buffer = [0; 4];
            let early = timeout(Duration::from_millis(50), far.read_exact(&mut buffer)).await;
            assert!(early.is_err());
            link.set(Way::Open);
            far.read_exact(&mut buffer).await.unwrap();
            assert_eq!(&buffer, b"late");
            link.set(Way::Refused);
            assert_eq!(near.read(&mut buffer).await.unwrap_or(0), 0);
        };
        LocalSet::new().run_until(test).await;
    }
}
