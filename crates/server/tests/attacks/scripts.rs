//! Stored script: files of others that a browser could run as ours.

use anyhow::{Context, Result, ensure};
use chasqui_simulator::harness::Contact;
use reqwest::Method;
use serde_json::{Value, json};

use crate::bots::{echo, says};
use crate::case::{Case, Class, It, case};
use crate::ground::{Answer, eventually};

/// Types that hold no script, in which a file may be shown in its place.
const HARMLESS: &[&str] = &[
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "video/mp4",
    "video/3gpp",
    "video/webm",
    "audio/aac",
    "audio/amr",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "audio/ogg; codecs=opus",
    "audio/opus",
    "audio/webm",
    "audio/wav",
];
const PAGE: &[u8] = b"<!doctype html><script>fetch('/api/v1/api_tokens',{method:'POST'})</script>";
const SVG: &[u8] =
    br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(document.domain)</script></svg>"#;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
const GIF: &[u8] = b"GIF89a/*\0\0\0\0*/=1;alert(document.domain)//";
const WEBP: &[u8] = b"RIFF/*\0\0WEBPVP8 */=1;fetch('/api/v1/me')//";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0<script>alert(1)</script>";
const PDF: &[u8] = b"%PDF-1.7\n<script>alert(1)</script>";
const WASM: &[u8] = b"\0asm\x01\0\0\0";
const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\x08\0[Content_Types].xml";

/// Whatever was put in, it goes out so that no browser runs it.
fn is_harmless(answer: &Answer) -> Result<()> {
    let (kind, place) = (answer.header("content-type"), answer.header("content-disposition"));
    let policy = answer.header("content-security-policy");
    let about = format!("{kind:?} {place:?} {policy:?}");
    ensure!(answer.header("x-content-type-options") == "nosniff", "without nosniff: {about}");
    ensure!(policy.contains("sandbox") && !policy.contains("allow-scripts"), "without a sandbox: {about}");
    ensure!(policy.contains("default-src 'none'"), "its policy lets it load: {about}");
    ensure!(answer.headers.get_all("content-type").iter().count() == 1, "several types: {about}");
    ensure!(
        answer.headers.get_all("content-security-policy").iter().count() == 1,
        "several policies: {about}"
    );
    if place.starts_with("attachment") {
        ensure!(kind == "application/octet-stream", "saved with a type of its own: {about}");
    } else {
        ensure!(place.starts_with("inline"), "neither inline nor attachment: {about}");
        ensure!(HARMLESS.contains(&kind), "shown in its place: {about}");
        let bytes = &answer.bytes;
        let is = |start: &[u8]| bytes.starts_with(start);
        let fits = match kind {
            "image/png" => is(b"\x89PNG"),
            "image/jpeg" => is(b"\xff\xd8\xff"),
            "image/gif" => is(b"GIF8"),
            "image/webp" => is(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
            _ => !is(b"<"),
        };
        ensure!(fits, "its bytes are not what the type says: {about}");
    }
    Ok(())
}

/// Uploads a file as a builder does, and looks at how it goes out.
async fn uploaded(it: &It, kind: Option<&[u8]>, name: &str, bytes: &[u8]) -> Result<Option<Answer>> {
    let mut request =
        it.request_of(&it.ana, Method::POST, "/media").query(&[("filename", name)]).body(bytes.to_vec());
    if let Some(kind) = kind {
        request = request.header("content-type", kind);
    }
    let made = it.send(request).await?;
    if made.status != 201 {
        made.is_refused()?;
        return Ok(None);
    }
    let shown = it.get(&it.ana, &format!("/media/{}", made.id()?)).await?;
    shown.is(&[200])?;
    ensure!(shown.bytes == bytes, "other bytes came back");
    is_harmless(&shown)?;
    Ok(Some(shown))
}

fn upload(name: &'static str, shows: &'static str, kind: &'static [u8], bytes: &'static [u8]) -> Case {
    case(
        format!("upload-{name}"),
        format!("an uploaded {shows} is refused or goes out so that no browser runs it"),
        move |it: It| async move { uploaded(&it, Some(kind), "file.bin", bytes).await.map(drop) },
    )
}

fn uploads() -> Vec<Case> {
    vec![
        upload("svg", "SVG with a script", b"image/svg+xml", SVG),
        upload("svg-odd-capitals", "SVG whose type has odd capitals", b"ImAge/SvG+xMl", SVG),
        upload("svg-as-png", "SVG that calls itself a PNG", b"image/png", SVG),
        upload("svg-without-type", "SVG without a type", b"application/octet-stream", SVG),
        upload("html", "page", b"text/html", PAGE),
        upload("html-capitals", "page whose type has capitals", b"TEXT/HTML; Charset=UTF-8", PAGE),
        upload("html-as-png", "page that calls itself a PNG", b"image/png", PAGE),
        upload("html-as-mp4", "page that calls itself a video", b"video/mp4", PAGE),
        upload("html-as-ogg", "page that calls itself a sound", b"audio/ogg", PAGE),
        upload("html-as-text", "page that calls itself plain text", b"text/plain", PAGE),
        upload("html-without-type", "page without a type", b"application/octet-stream", PAGE),
        upload("list-webp-html", "list of types that ends with a page", b"image/webp, text/html", PAGE),
        upload("list-html-webp", "list of types that begins with a page", b"text/html, image/webp", PAGE),
        upload(
            "list-webp-script",
            "WebP that is JavaScript too, with both types",
            b"image/webp, text/javascript",
            WEBP,
        ),
        upload("list-in-parameter", "second type behind a parameter", b"image/png; a=b, text/html", PAGE),
        upload("list-quoted", "second type behind a broken quote", b"image/png; a=\", text/html", PAGE),
        upload("type-with-tab", "type with a tab before a second one", b"image/png\t,\ttext/html", PAGE),
        upload("type-with-slashes", "type with a second slash", b"image/png/text/html", PAGE),
        upload("type-semicolon", "type whose parameter is another type", b"image/png;text/html", PAGE),
        upload("type-high-bytes", "type with bytes beyond ASCII", b"image/png\xff\xfe", PNG),
        upload("type-empty", "empty type", b"", PAGE),
        upload("gif-script", "GIF that is JavaScript too", b"image/gif", GIF),
        upload("webp-script", "WebP that is JavaScript too", b"image/webp", WEBP),
        upload("jpeg-html", "JPEG with a page behind its mark", b"image/jpeg", JPEG),
        upload("pdf-html", "PDF with a page inside", b"application/pdf", PDF),
        upload("script", "JavaScript", b"text/javascript", b"alert(document.domain)"),
        upload("module", "JavaScript module", b"application/ecmascript", b"export default fetch('/')"),
        upload("wasm", "WebAssembly", b"application/wasm", WASM),
        upload(
            "xhtml",
            "XHTML",
            b"application/xhtml+xml",
            b"<html xmlns='http://www.w3.org/1999/xhtml'><script>1</script></html>",
        ),
        upload("xml", "XML with a stylesheet", b"text/xml", b"<?xml-stylesheet href='x.xsl'?><a/>"),
        upload(
            "mhtml",
            "MHTML",
            b"message/rfc822",
            b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<script>1</script>",
        ),
        upload(
            "multipart",
            "multipart page",
            b"multipart/x-mixed-replace; boundary=x",
            b"--x\r\nContent-Type: text/html\r\n\r\n<script>1</script>",
        ),
        upload("css", "stylesheet", b"text/css", b"body{background:url(/api/v1/me)}"),
        upload("manifest", "cache manifest", b"text/cache-manifest", b"CACHE MANIFEST\n/"),
        upload(
            "docx",
            "office file",
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ZIP,
        ),
        upload("icon", "icon", b"image/x-icon", b"\0\0\x01\0"),
        upload("flash", "Flash film", b"application/x-shockwave-flash", b"FWS\x09"),
    ]
}

fn name(what: &'static str, shows: &'static str, file: &'static str) -> Case {
    case(
        format!("name-{what}"),
        format!("a file name with {shows} stays a name in the answer's headers"),
        move |it: It| async move {
            let Some(answer) = uploaded(&it, Some(b"application/pdf"), file, PDF).await? else {
                return Ok(());
            };
            ensure!(
                answer.headers.get("x-evil").is_none() && answer.headers.get("set-cookie").is_none(),
                "the name made a header"
            );
            let raw =
                answer.headers.get("content-disposition").context("no disposition")?.as_bytes().to_vec();
            let place = String::from_utf8_lossy(&raw).into_owned();
            ensure!(place.starts_with("attachment"), "{place}");
            ensure!(
                raw.iter().all(|byte| (0x20..0x7f).contains(byte)),
                "bytes that browsers read each in their way: {place}"
            );
            ensure!(place.len() < 1500, "{} characters", place.len());
            let quotes = place.replace("\\\\", "").replace("\\\"", "");
            ensure!(quotes.matches('"').count() % 2 == 0, "the name closes its quotes: {place}");
            let plain = quotes.split('"').nth(1).unwrap_or_default();
            ensure!(!plain.contains(['/', '\\']), "a name with a folder: {place}");
            Ok(())
        },
    )
}

/// Gives the simulator a file of the contact's phone with this type; the message that sends it.
async fn sent(
    it: &It,
    contact: &Contact,
    kind: &str,
    says: &str,
    name: &str,
    bytes: &[u8],
) -> Result<String> {
    let part = reqwest::multipart::Part::bytes(bytes.to_vec())
        .file_name("file")
        .mime_str("application/octet-stream")?;
    let url = format!("{}/_sim/phones/{}/media", it.meta.url(), contact.wa_id());
    let form = reqwest::multipart::Form::new().part("file", part);
    let media: Value = serde_json::from_str(&it.http.post(url).multipart(form).send().await?.text().await?)?;
    let id = media["id"].as_str().context("no media")?.to_owned();
    let mut file = json!({ "id": id, "mime_type": says, "sha256": media["sha256"] });
    if kind == "document" {
        file["filename"] = name.into();
    }
    contact.sends(json!({ "type": kind, kind: file })).map_err(|error| anyhow::anyhow!("{error:?}"))?;
    Ok(id)
}

fn contact(what: &'static str, kind: &'static str, says: &'static str, bytes: &'static [u8]) -> Case {
    let shows = format!(
        "a contact's {kind} whose type is `{}` goes out so that no browser runs it",
        says.escape_debug()
    );
    case(format!("contact-{what}"), shows, move |it: It| async move {
        it.number(echo()).await?;
        let petra = it.contact("Petra")?;
        let id = sent(&it, &petra, kind, says, "invoice.html", bytes).await?;
        let shown = eventually("the file", || async {
            let found = it.get(&it.ana, &format!("/media/{id}")).await?;
            Ok((found.status == 200).then_some(found))
        });
        is_harmless(&shown.await?)
    })
}

fn pages() -> Vec<Case> {
    vec![
        case(
            "page-policy",
            "the pages' policy lets no script run that is not the product's own",
            |it: It| async move {
                for path in ["/", "/login", "/bots/x", "/api/docs"] {
                    let page = it.send(it.http.get(format!("{}{path}", it.url))).await?;
                    let policy = page.header("content-security-policy");
                    ensure!(
                        policy.contains("default-src 'self'") || policy.contains("default-src 'none'"),
                        "{path}: {policy:?}"
                    );
                    let scripts =
                        policy.split(';').find(|it| it.trim().starts_with("script-src")).unwrap_or_default();
                    ensure!(
                        !scripts.contains("unsafe")
                            && !scripts.contains('*')
                            && !policy.contains("unsafe-eval"),
                        "{path}: {policy}"
                    );
                    ensure!(policy.contains("frame-ancestors 'none'"), "{path} may be framed: {policy}");
                    ensure!(page.header("x-content-type-options") == "nosniff", "{path} without nosniff");
                }
                Ok(())
            },
        ),
        case(
            "page-no-inline-style",
            "the pages' policy allows no inline style, no other base and no form to elsewhere",
            |it: It| async move {
                let page = it.send(it.http.get(format!("{}/", it.url))).await?;
                let policy = page.header("content-security-policy");
                ensure!(!policy.contains("'unsafe-inline'"), "{policy}");
                ensure!(policy.contains("base-uri") && policy.contains("form-action"), "{policy}");
                Ok(())
            },
        ),
        case(
            "answer-is-no-page",
            "names with a script in them come back as JSON that no browser takes for a page",
            |it: It| async move {
                let bot = it
                    .draft(&it.ana, {
                        let mut bot = says("x");
                        bot["name"] = "<script>alert(1)</script>".into();
                        bot
                    })
                    .await?;
                let shown = it.get(&it.ana, &format!("/bots/{bot}")).await?;
                ensure!(
                    shown.header("content-type").starts_with("application/json"),
                    "{}",
                    shown.header("content-type")
                );
                ensure!(shown.header("x-content-type-options") == "nosniff", "without nosniff");
                let missing = it.get(&it.ana, "/bots/%3Cscript%3Ealert(1)%3C%2Fscript%3E").await?;
                ensure!(
                    missing.header("content-type").contains("json"),
                    "{}",
                    missing.header("content-type")
                );
                Ok(())
            },
        ),
        case(
            "unknown-page-repeats-nothing",
            "a page that does not exist repeats nothing of its address",
            |it: It| async move {
                let page = it
                    .send(
                        it.http
                            .get(format!("{}/%3Cimg%20src=x%20onerror=alert(1)%3E?q=%3Cscript%3E", it.url)),
                    )
                    .await?;
                ensure!(
                    !page.text.contains("onerror") && !page.text.contains("<script>alert"),
                    "{}",
                    page.short()
                );
                Ok(())
            },
        ),
        case(
            "handshake-is-no-page",
            "the challenge of the webhook's handshake comes back as plain text",
            |it: It| async move {
                let number = it.number(echo()).await?;
                let url = format!(
                    "{}?hub.mode=subscribe&hub.verify_token={}&hub.challenge=%3Cscript%3E1%3C/script%3E",
                    number.callback,
                    crate::ground::VERIFY
                );
                let answer = it.send(it.http.get(url)).await?;
                ensure!(
                    answer.header("content-type").starts_with("text/plain")
                        && answer.header("x-content-type-options") == "nosniff",
                    "{} {}",
                    answer.status,
                    answer.header("content-type")
                );
                Ok(())
            },
        ),
        case("export-is-saved", "a bot file is handed out to be saved", |it: It| async move {
            let mut definition = says("<script>1</script>");
            definition["name"] = "a\"b\r\nX-Evil: 1".into();
            let made =
                it.post(&it.ana, "/bots", json!({ "name": "a\";b", "definition": definition })).await?;
            if made.status != 201 {
                return made.is_refused();
            }
            for format in ["json", "yaml"] {
                let file = it.get(&it.ana, &format!("/bots/{}/export?format={format}", made.id()?)).await?;
                ensure!(file.status == 200, "{}", file.short());
                ensure!(
                    file.header("content-disposition").starts_with("attachment"),
                    "{}",
                    file.header("content-disposition")
                );
                ensure!(file.headers.get("x-evil").is_none(), "a header of the name's making");
            }
            Ok(())
        }),
    ]
}

pub fn class() -> Class {
    let mut cases = uploads();
    cases.extend([
        name("quotes", "quotes", "a\"; filename=\"evil.html"),
        name("line-breaks", "line breaks", "a\r\nX-Evil: 1\r\n\r\n<script>"),
        name("nul", "a NUL", "a\0.html"),
        name("folders", "folders", "../../../../etc/passwd"),
        name("windows-folders", "Windows folders", "..\\..\\evil.exe"),
        name("direction", "a mark that turns the direction of writing", "gpj.\u{202e}exe.lmth"),
        name("endings", "two endings", "invoice.pdf.html"),
        name("semicolons", "semicolons", "a;b=c;filename*=UTF-8''evil.html"),
        name("emoji", "letters beyond ASCII", "Rechnung Nr. 5 für Zoë 🦙.html"),
        name("long", "six thousand letters", LONG),
        contact("html", "document", "text/html", PAGE),
        contact("list", "document", "image/webp, text/html", PAGE),
        contact("svg", "document", "image/svg+xml", SVG),
        contact("capitals", "document", "Image/SVG+XML;charset=utf-8", SVG),
        contact("script", "document", "image/webp, text/javascript", WEBP),
        contact("line-break", "document", "image/png\r\nX-Evil: 1", PAGE),
        contact("image-that-is-a-page", "image", "image/jpeg", PAGE),
        contact("sticker-that-is-a-script", "sticker", "image/webp", WEBP),
        contact("sound-that-is-a-page", "audio", "audio/ogg; codecs=opus", PAGE),
    ]);
    cases.extend(pages());
    crate::case::class(
        "stored script",
        "Files and words of others that a browser could run as if they were the product's own.",
        cases,
    )
}

const LONG: &str = const {
    const BYTES: [u8; 6000] = [b'a'; 6000];
    match std::str::from_utf8(&BYTES) {
        Ok(text) => text,
        Err(_) => "",
    }
};
