//! Signatures of deliveries: only what was signed with the number's app secret, over the very bytes, is taken.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::bots::{delivery, echo, text};
use crate::case::{Case, Class, It, case, class as of};
use crate::ground::sign;

fn body() -> Vec<u8> {
    br#"{"object":"whatsapp_business_account","entry":[]}"#.to_vec()
}

/// A header that must not open the door.
fn refused(name: &'static str, shows: &'static str, make: impl Fn() -> Option<Vec<u8>> + 'static) -> Case {
    let make = std::rc::Rc::new(make);
    case(format!("signature-{name}"), format!("{shows} is refused with 401"), move |it: It| {
        let make = std::rc::Rc::clone(&make);
        async move {
            let number = it.number(echo()).await?;
            let mut request = it.http.post(&number.callback).body(body());
            if let Some(value) = make() {
                request = request.header("x-hub-signature-256", value);
            }
            let answer = it.send(request).await?;
            answer.is(&[401, 400, 431])?;
            ensure!(answer.text.is_empty(), "an answer that says more: {}", answer.short());
            Ok(())
        }
    })
}

fn of_text(text: impl Fn(String) -> String + 'static) -> impl Fn() -> Option<Vec<u8>> + 'static {
    move || Some(text(sign(&body())).into_bytes())
}

/// What is signed rightly and sent otherwise.
async fn changed(it: &It, change: impl Fn(&mut Vec<u8>)) -> Result<()> {
    let number = it.number(echo()).await?;
    let mut sent = body();
    let signature = sign(&sent);
    change(&mut sent);
    let answer =
        it.send(it.http.post(&number.callback).header("x-hub-signature-256", signature).body(sent)).await?;
    answer.is(&[401])
}

pub fn class() -> Class {
    let mut cases = vec![
        refused("missing", "a delivery without a signature", || None),
        refused("empty", "an empty signature", || Some(Vec::new())),
        refused("prefix-only", "a signature that is only its prefix", || Some(b"sha256=".to_vec())),
        refused("of-other-bytes", "a signature of other bytes", || Some(sign(b"other").into_bytes())),
        refused(
            "other-prefix",
            "a right sum under another name",
            of_text(|it| it.replace("sha256=", "sha1=")),
        ),
        refused("no-prefix", "a right sum without its name", of_text(|it| it.replace("sha256=", ""))),
        refused("half", "half a signature", of_text(|it| it[..39].to_owned())),
        refused(
            "one-digit-off",
            "a signature with one digit off",
            of_text(|it| {
                let last = it.chars().last().unwrap_or('0');
                format!("{}{}", &it[..it.len() - 1], if last == '0' { '1' } else { '0' })
            }),
        ),
        refused("longer", "a right signature with more behind it", of_text(|it| format!("{it}00"))),
        refused("twice-in-one", "two signatures in one line", of_text(|it| format!("{it},{it}"))),
        refused("no-hex", "a signature that is no hexadecimal", || {
            Some(format!("sha256={}", "zz".repeat(32)).into_bytes())
        }),
        refused("not-ascii", "a signature of bytes beyond ASCII", || Some(b"sha256=\xff\xfe\xfd".to_vec())),
        refused("zeros", "a signature of zeros", || Some(format!("sha256={}", "0".repeat(64)).into_bytes())),
        refused("huge", "a signature of 20,000 digits", || {
            Some(format!("sha256={}", "a".repeat(20_000)).into_bytes())
        }),
        refused("base64", "a sum in Base64", || {
            Some(b"sha256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".to_vec())
        }),
        refused("other-secret", "a signature with another app's secret", || {
            let secret = chasqui_model::secret::Secret::new("ffffffffffffffffffffffffffffffff");
            Some(chasqui_whatsapp::signature::sign(&secret, &body()).into_bytes())
        }),
        refused("empty-secret", "a signature with an empty secret", || {
            let secret = chasqui_model::secret::Secret::new("");
            Some(chasqui_whatsapp::signature::sign(&secret, &body()).into_bytes())
        }),
    ];
    cases.extend([
        case("signature-bytes-added", "a signed body with a space added is refused", |it: It| async move {
            changed(&it, |body| body.push(b' ')).await
        }),
        case(
            "signature-bytes-changed",
            "a signed body with one byte changed is refused",
            |it: It| async move { changed(&it, |body| body[10] ^= 1).await },
        ),
        case("signature-nothing", "a signed body that arrives empty is refused", |it: It| async move {
            changed(&it, Vec::clear).await
        }),
        case("signature-old-header", "the older SHA-1 header opens nothing", |it: It| async move {
            let number = it.number(echo()).await?;
            let request =
                it.http.post(&number.callback).header("x-hub-signature", sign(&body())).body(body());
            it.send(request).await?.is(&[401])
        }),
        case(
            "signature-two-headers",
            "of two signatures a wrong first one does not pass by a right second one",
            |it: It| async move {
                let number = it.number(echo()).await?;
                let request = it.http.post(&number.callback).header("x-hub-signature-256", sign(b"x"));
                it.send(request.header("x-hub-signature-256", sign(&body())).body(body()))
                    .await?
                    .is(&[401, 400])
            },
        ),
        case(
            "signature-other-number",
            "a delivery signed for one number, posted to another's address, has no effect",
            |it: It| async move {
                let number = it.number(echo()).await?;
                let bens = it.bens_number(echo()).await?;
                let petra = it.contact("Petra")?;
                let now = it.meta.now().millis() / 1000;
                let sent = delivery(&[text(petra.wa_id(), "wamid.ELSEWHERE", now, "hi")]).to_string();
                // Both apps have one secret here, so the signature is right and the number in the body decides.
                it.deliver(&bens.callback, sent.as_bytes()).await?;
                crate::bots::silence(&petra, std::time::Duration::from_millis(700)).await?;
                let talks = it.get(&it.ben, "/conversations").await?;
                ensure!(
                    talks.body["items"].as_array().is_some_and(Vec::is_empty),
                    "Ben has {}",
                    talks.short()
                );
                let _ = number;
                Ok(())
            },
        ),
        case(
            "signature-refused-has-no-effect",
            "what is refused starts no conversation, and is told once in the log",
            |it: It| async move {
                let number = it.number(echo()).await?;
                let petra = it.contact("Petra")?;
                let now = it.meta.now().millis() / 1000;
                let before = count(&it.get(&it.ana, "/conversations").await?.body);
                for n in 0..50 {
                    let sent =
                        delivery(&[text(petra.wa_id(), &format!("wamid.FORGED{n}"), now, "hi")]).to_string();
                    let request =
                        it.http.post(&number.callback).header("x-hub-signature-256", sign(b"x")).body(sent);
                    it.send(request).await?.is(&[401])?;
                }
                crate::bots::silence(&petra, std::time::Duration::from_millis(500)).await?;
                ensure!(
                    count(&it.get(&it.ana, "/conversations").await?.body) == before,
                    "a conversation began"
                );
                let events = it.get(&it.ana, "/events?limit=200").await?;
                let told = events.body["items"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter(|it| it["code"] == "signature_refused")
                    .count();
                ensure!(told <= 3, "50 forged deliveries made {told} entries");
                Ok(())
            },
        ),
        case(
            "signature-right",
            "what is signed rightly is taken, so that the cases above can fail",
            |it: It| async move {
                let number = it.number(echo()).await?;
                it.deliver(&number.callback, &body()).await?.is(&[200])?;
                crate::bots::hears(&it.contact("Petra")?, "hi", "echo hi").await
            },
        ),
    ]);
    of("signatures", "Deliveries that Meta did not sign with the number's app secret.", cases)
}

fn count(body: &Value) -> usize {
    body["items"].as_array().map_or(0, Vec::len)
}
