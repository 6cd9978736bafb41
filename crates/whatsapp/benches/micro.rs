//! What a delivery costs before anything is stored: its signature and its reading. `cargo xtask bench micro` runs it.

use chasqui_model::secret::Secret;
use chasqui_whatsapp::{signature, webhook};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};

fn main() {
    divan::main();
}

/// Bodies with so many messages; Meta puts one into most.
const MESSAGES: [usize; 3] = [1, 10, 1000];

fn body(messages: usize) -> Vec<u8> {
    let list: Vec<String> = (0..messages)
        .map(|n| {
            format!(
                r#"{{"from":"4915123456789","id":"wamid.HBgNNDkxNTEyMzQ1Njc4ORUCABIYFDNBNzVG{n:08}","timestamp":"1749416383","type":"text","text":{{"body":"J'ai mang\u00e9 une pizza, et vous? It costs 12 \u20ac."}}}}"#
            )
        })
        .collect();
    let list = list.join(",");
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"102290129340398","changes":[{{"value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"15550783881","phone_number_id":"106540352242922"}},"contacts":[{{"profile":{{"name":"Ana"}},"wa_id":"4915123456789"}}],"messages":[{list}]}},"field":"messages"}}]}}]}}"#
    )
    .into_bytes()
}

#[divan::bench(args = MESSAGES)]
fn signature_check(bencher: Bencher<'_, '_>, messages: usize) {
    let secret = Secret::new("0123456789abcdef0123456789abcdef".to_owned());
    let body = body(messages);
    let header = signature::sign(&secret, &body);
    bencher.counter(BytesCount::new(body.len())).bench(|| {
        assert!(signature::verify(&secret, divan::black_box(&body), Some(&header)));
    });
}

#[divan::bench(args = MESSAGES)]
fn webhook_parse(bencher: Bencher<'_, '_>, messages: usize) {
    let body = body(messages);
    bencher
        .counter(ItemsCount::new(messages))
        .bench(|| webhook::parse(divan::black_box(&body)).map(|delivery| delivery.updates.len()));
}
