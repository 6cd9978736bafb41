//! A connection that breaks during a commit: callers are told what became of it, not what might have.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use chasqui_model::secret::Secret;
use chasqui_store::{Error, Location, Store, Vault};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::engine::{Bench, Place, contract};

contract!(a_commit_without_an_answer_is_told_as_it_is);

/// A commit as it goes over the wire.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// What becomes of the next commit.
const PASSES: u8 = 0;
const NEVER_ARRIVES: u8 = 1;
const NEVER_ANSWERED: u8 = 2;

/// The way to the server, which breaks at a commit when it is told to.
struct Way {
    url: Secret,
    next: Arc<AtomicU8>,
}

impl Way {
    async fn to(url: &Secret) -> Self {
        let (before, rest) = url.expose().split_once('@').unwrap();
        let (server, rest) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Secret::new(format!("{before}@{}/{rest}", listener.local_addr().unwrap()));
        let next = Arc::new(AtomicU8::new(PASSES));
        let (server, fate) = (server.to_owned(), Arc::clone(&next));
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(carry(near, far, Arc::clone(&fate)));
            }
        });
        Self { url, next }
    }
}

/// Ends, and both connections with it, when either side does or a commit shall break.
async fn carry(mut near: TcpStream, mut far: TcpStream, fate: Arc<AtomicU8>) {
    let (mut asked, mut told) = (vec![0; 65_536], vec![0; 65_536]);
    let mut is_deaf = false;
    loop {
        tokio::select! {
            count = near.read(&mut asked) => {
                let Ok(count @ 1..) = count else { return };
                if asked[..count].ends_with(COMMIT) {
                    match fate.swap(PASSES, Ordering::SeqCst) {
                        NEVER_ARRIVES => return,
                        NEVER_ANSWERED => is_deaf = true,
                        _ => {}
                    }
                }
                if far.write_all(&asked[..count]).await.is_err() {
                    return;
                }
            }
            count = far.read(&mut told) => {
                let Ok(count @ 1..) = count else { return };
                if is_deaf || near.write_all(&told[..count]).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn a_commit_without_an_answer_is_told_as_it_is(bench: Bench) {
    let number = bench.number().await;
    let Place::Database(database) = &bench.place else { return };
    let way = Way::to(&database.url()).await;
    let location = Location::Postgres { url: way.url.clone(), allow_unsafe: false };
    let (store, _feed) = Store::connect(&location, Vault::new(&[(1, [7; 32])]), &bench.clock).await.unwrap();

    way.next.store(NEVER_ARRIVES, Ordering::SeqCst);
    let lost = store.hot().accept(vec![number.arrival(&bench, 1, "49151")]).await;
    assert!(matches!(lost, Err(Error::Unavailable(_))), "{lost:?}");
    assert!(bench.waiting(0, 10).await.is_empty());
    assert_eq!(store.hot().accept(vec![number.arrival(&bench, 1, "49151")]).await.unwrap(), [true]);

    way.next.store(NEVER_ANSWERED, Ordering::SeqCst);
    assert_eq!(store.hot().accept(vec![number.arrival(&bench, 2, "49151")]).await.unwrap(), [true]);
    assert_eq!(bench.waiting(0, 10).await.len(), 2);
    assert_eq!(way.next.load(Ordering::SeqCst), PASSES, "no commit broke");
    assert_eq!(store.hot().accept(vec![number.arrival(&bench, 2, "49151")]).await.unwrap(), [false]);
}
