//! The least that could stand in the server's place: answers each delivery 200 and repeats each message. The load
//! generator's own limit is measured against it, and the ledger is tried out on what it does wrong.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;

use anyhow::Result;
use tokio::net::TcpListener;
use tokio::task::spawn_local;

use crate::mark::Mark;
use crate::meta::Number;
use crate::wire::{self, Answer, Pool, Request};

/// What it does wrong, on every tenth message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Does not answer it.
    Lost,
    /// Answers it twice.
    Doubled,
    /// Answers it through another number.
    Misrouted,
    /// Sends the same answer again although it was heard.
    Repeated,
}

/// How to run it.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Where to listen
    #[arg(long)]
    listen: SocketAddr,
    /// Where to send to
    #[arg(long)]
    graph: SocketAddr,
}

/// Runs until it is killed.
pub async fn run(options: Options) -> Result<()> {
    serve(TcpListener::bind(options.listen).await?, options.graph, Fault::None).await;
    Ok(())
}

/// Serves `POST /echo/{number}`.
pub async fn serve(listener: TcpListener, graph: SocketAddr, fault: Fault) {
    let pool = Rc::new(Pool::new(&[graph]));
    let sent = Rc::new(Cell::new(0));
    let handler = move |request: Request<'_>| {
        let number = request.path.rsplit('/').next().and_then(|text| text.parse().ok()).unwrap_or_default();
        for message in split(request.body) {
            sent.set(sent.get() + 1);
            let wrong = if u64::is_multiple_of(sent.get(), 10) { fault } else { Fault::None };
            let pool = Rc::clone(&pool);
            let calls = calls(number, message, sent.get(), wrong);
            spawn_local(async move {
                for call in calls {
                    // A lost call shows in the ledger.
                    let _ = pool.exchange(&call).await;
                }
            });
        }
        Answer::Now(wire::answer(200, ""))
    };
    wire::serve(listener, Rc::new(handler)).await;
}

/// Sender and mark of each message.
fn split(body: &[u8]) -> Vec<(&str, Mark)> {
    let body = std::str::from_utf8(body).unwrap_or_default();
    body.split(r#"{"from":""#)
        .skip(1)
        .filter_map(|message| Some((message.split_once('"')?.0, Mark::find(message.as_bytes())?)))
        .collect()
}

fn calls(number: usize, message: (&str, Mark), id: u64, fault: Fault) -> Vec<Vec<u8>> {
    let other = Number::new(number + 1);
    let number = Number::new(number);
    match fault {
        Fault::None => vec![call(&number, message, id)],
        Fault::Lost => vec![],
        Fault::Doubled => vec![call(&number, message, id), call(&number, message, id + (1 << 40))],
        Fault::Misrouted => vec![call(&other, message, id)],
        Fault::Repeated => vec![call(&number, message, id), call(&number, message, id)],
    }
}

fn call(number: &Number, (from, mark): (&str, Mark), id: u64) -> Vec<u8> {
    let body = format!(
        r#"{{"messaging_product":"whatsapp","recipient_type":"individual","to":"+{from}","type":"text","text":{{"body":"echo {mark}"}},"biz_opaque_callback_data":"msg_{id}"}}"#
    );
    format!(
        "POST /v23.0/{}/messages HTTP/1.1\r\nhost: graph\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        number.id(),
        number.token(),
        body.len()
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::task::LocalSet;

    use super::*;
    use crate::meta::Meta;

    /// The laws that the ledger finds broken.
    fn broken(fault: Fault) -> Vec<&'static str> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(LocalSet::new().run_until(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let meta = Meta::new(3, listener.local_addr().unwrap(), 1);
            let (graph, _) = meta.open_graph(0).await.unwrap();
            spawn_local(serve(listener, graph, fault));
            for number in &meta.numbers {
                *number.webhook.borrow_mut() = format!("/echo/{}", number.index);
            }
            for _ in 0..20 {
                let parcel = meta.write(meta.add_contact(1), None).unwrap();
                assert_eq!(meta.attempt(&parcel).await, Some(200));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            let verdict = meta.ledger.borrow().verdict();
            verdict.laws.iter().filter(|law| law.breaches > 0).map(|law| law.name).collect()
        }))
    }

    #[test]
    fn the_ledger_finds_each_fault_over_the_wire() {
        assert!(broken(Fault::None).is_empty());
        assert_eq!(broken(Fault::Lost), ["L1"]);
        assert_eq!(broken(Fault::Doubled), ["L2"]);
        assert_eq!(broken(Fault::Misrouted), ["L1", "L4"]);
        assert_eq!(broken(Fault::Repeated), ["L5"]);
    }
}
