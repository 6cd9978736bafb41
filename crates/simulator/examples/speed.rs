use chasqui_model::integration::*;
use chasqui_model::secret::Secret;
use chasqui_simulator::{Config, Simulator, harness};
use chasqui_whatsapp::{Client, client::Options, webhook};
use std::time::Instant;
#[tokio::main]
async fn main() {
    let body = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/body.json")).unwrap();
    let t = Instant::now();
    let n = 200_000;
    for _ in 0..n {
        std::hint::black_box(webhook::parse(std::hint::black_box(&body)).unwrap());
    }
    println!("parse {} bytes: {:?} each", body.len(), t.elapsed() / n);
    let d = webhook::parse(&body).unwrap();
    let t = Instant::now();
    for _ in 0..n {
        std::hint::black_box(d.updates[0].key());
    }
    println!("key: {:?}", t.elapsed() / n);
    let s = Secret::new("x");
    let t = Instant::now();
    for _ in 0..n {
        std::hint::black_box(chasqui_whatsapp::signature::sign(&s, &body));
    }
    println!("sign: {:?}", t.elapsed() / n);
    let mut big = String::from(
        "{\"object\":\"x\",\"entry\":[{\"id\":\"1\",\"changes\":[{\"field\":\"messages\",\"value\":{\"metadata\":{\"phone_number_id\":\"1\"},\"messages\":[",
    );
    for i in 0..1000 {
        if i > 0 {
            big.push(',');
        }
        big.push_str(&format!("{{\"from\":\"16505551234\",\"id\":\"wamid.{i}\",\"timestamp\":\"1749416383\",\"type\":\"text\",\"text\":{{\"body\":\"{}\"}}}}", "hello \\u00e9 ".repeat(200)));
    }
    big.push_str("]}}]}]}");
    let t = Instant::now();
    for _ in 0..20 {
        std::hint::black_box(webhook::parse(big.as_bytes()).unwrap());
    }
    println!("big {} bytes: {:?}", big.len(), t.elapsed() / 20);
    let meta = Simulator::start(Config::default()).await.unwrap();
    meta.create_business(harness::business());
    meta.set(|s| {
        s.enforce_rates = false;
    });
    let ana = meta.contact("Ana", harness::NUMBER).unwrap();
    ana.says("x").unwrap();
    let client = Client::new(meta.url(), Options::default()).unwrap();
    let number = client
        .number(&Credentials {
            business_account_id: harness::ACCOUNT.into(),
            phone_number_id: harness::NUMBER.into(),
            app_id: harness::APP.into(),
            app_secret: Secret::new(harness::SECRET),
            access_token: Secret::new(harness::TOKEN),
            token: Token::default(),
            verify_token: Secret::new("v"),
            version: GraphVersion::parse("v21.0").unwrap(),
        })
        .unwrap();
    let msg = format!(
        "{{\"messaging_product\":\"whatsapp\",\"to\":\"+{}\",\"type\":\"text\",\"text\":{{\"body\":\"hello\"}}}}",
        ana.wa_id()
    );
    let t = Instant::now();
    let total = 40_000;
    let lanes = 64;
    let tasks: Vec<_> = (0..lanes)
        .map(|_| {
            let (client, number, msg) = (client.clone(), number.clone(), msg.clone());
            tokio::spawn(async move {
                for _ in 0..total / lanes {
                    client.send_message(&number, msg.clone()).await.unwrap();
                }
            })
        })
        .collect();
    for t in tasks {
        t.await.unwrap();
    }
    println!("{} sends/s", f64::from(total) / t.elapsed().as_secs_f64());
}
