//! Files of every kind go out so that no browser runs them: as a harmless picture, sound or video, or to be saved.

use chasqui_model::media::{Media, State};
use chasqui_model::{Id, filename};

use crate::site::{PNG, Person, Site, answer};

/// The only types under which something is shown in its place.
const SHOWN: &[&str] = &[
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "audio/ogg",
    "audio/ogg; codecs=opus",
    "video/mp4",
];

const HTML: &[u8] = b"<!doctype html><script>fetch('/api/v1/api_tokens',{method:'POST'})</script>";
const SVG: &[u8] = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";

/// Bytes that are two things at once, and bytes that are what somebody does not expect.
fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let and = |head: &[u8], tail: &[u8]| [head, tail].concat();
    vec![
        ("png", PNG.to_vec()),
        ("html", HTML.to_vec()),
        ("svg", SVG.to_vec()),
        ("gif and js", b"GIF89a=1;alert(1)//".to_vec()),
        ("gif and html", and(b"GIF89a", HTML)),
        ("jpeg and html", and(b"\xff\xd8\xff\xe0\x00\x10JFIF\0", HTML)),
        ("png and html", and(PNG, HTML)),
        ("pdf and html", and(b"%PDF-1.7\n", HTML)),
        ("webp and js", b"RIFF/*\0\0WEBPVP8 */=1;alert(1)//".to_vec()),
        ("mp4 and html", and(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", HTML)),
        ("ogg and html", and(b"OggS\0\x02\0\0\0\0\0\0\0\0", HTML)),
        ("docx", b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml".to_vec()),
        ("xml", b"<?xml version='1.0'?><?xml-stylesheet href='data:,x'?><html xmlns='http://www.w3.org/1999/xhtml'><script>1</script></html>".to_vec()),
        ("mhtml", b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<script>1</script>".to_vec()),
        ("wasm", b"\0asm\x01\0\0\0".to_vec()),
        ("mark and html", and(b"\xef\xbb\xbf", HTML)),
        ("utf-16 html", "\u{feff}<script>1</script>".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("blank and html", and(&[b' '; 600], HTML)),
        ("js", b"alert(1)".to_vec()),
    ]
}

/// Types as people, programs and contacts write them.
const TYPES: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "audio/ogg",
    "video/mp4",
    "application/pdf",
    "text/html",
    "text/plain",
    "image/svg+xml",
    "IMAGE/SVG+XML",
    "Image/PNG",
    "text/HTML; charset=utf-7",
    "application/xhtml+xml",
    "text/xml",
    "application/xml",
    "message/rfc822",
    "multipart/related",
    "application/x-mimearchive",
    "application/wasm",
    "text/javascript",
    "application/ecmascript",
    "image/webp, text/html",
    "image/webp,text/javascript",
    "image/png; x=\"a\", text/html",
    "image/png;text/html",
    "image/png\ttext/html",
    "image/png ;charset=x",
    "application/octet-stream",
    "image/png; filename=\"x.html\"",
    "text/html;image/png",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "*/*",
    "image/*",
    "unknown/unknown",
];

/// Types that no header carries, as they may stand in a message.
const ODD_TYPES: &[&str] = &[
    "",
    "image/png\r\nContent-Type: text/html",
    "image/png\n",
    "image/png\0text/html",
    "\"image/png\"",
    "image",
    "ïmage/png",
];

const NAMES: &[&str] = &[
    "a.png",
    "a.png.html",
    "a.html.png",
    "a\r\nSet-Cookie: x=1.png",
    "a\"; filename=\"b.html",
    "a;b.html",
    "a\tb.svg",
    "..",
    "../../x.html",
    "C:\\x\\y.hta",
    "Größe.pdf",
    "a\u{202e}gnp.exe",
    "a%0d%0ab.html",
    "'a'.html",
    "",
    "a\u{0}b.html",
];

async fn is_harmless(site: &Site, who: &Person, id: &str, what: &str) {
    let request = site.http.get(format!("{}/api/v1/media/{id}", site.url)).bearer_auth(&who.token);
    let served = request.send().await.unwrap();
    assert_eq!(served.status(), 200, "{what}");
    let header = |name: &str| {
        let all: Vec<_> = served.headers().get_all(name).iter().collect();
        assert_eq!(all.len(), 1, "{what}: {name} {all:?}");
        all[0].to_str().unwrap().to_owned()
    };
    let (kind, place) = (header("content-type"), header("content-disposition"));
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    let policy = header("content-security-policy");
    assert!(policy.starts_with("sandbox;") && policy.contains("default-src 'none'"), "{what}: {policy}");
    if place == "inline" || place.starts_with("inline;") {
        assert!(SHOWN.contains(&kind.as_str()), "{what}: {kind}");
    } else {
        assert!(place == "attachment" || place.starts_with("attachment;"), "{what}: {place}");
        assert_eq!(kind, "application/octet-stream", "{what}");
    }
    // The name is quoted, and nothing gets out of it.
    if let Some((_, rest)) = place.split_once("filename=\"") {
        let (name, after) = rest.split_once('"').unwrap();
        assert!(!name.contains(['\\', '/', '"']), "{what}: {place}");
        assert!(after.is_empty() || after.starts_with("; filename*=UTF-8''"), "{what}: {place}");
        assert!(!after.contains('"') && !place.contains(['\r', '\n', '\t']), "{what}: {place}");
    }
    served.bytes().await.unwrap();
}

#[tokio::test]
async fn whatever_is_uploaded_goes_out_harmless() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let mut kept = 0;
    for (name, bytes) in bodies() {
        for kind in TYPES {
            let request = site.http.post(format!("{}/api/v1/media?filename=a.html", site.url));
            let request = request.bearer_auth(&ana.token).header("content-type", *kind).body(bytes.clone());
            let made = answer(request).await;
            if made.status == 201 {
                kept += 1;
                is_harmless(&site, &ana, &made.id(), &format!("{name} as {kind}")).await;
            } else {
                made.is_problem(422, "invalid");
            }
        }
    }
    assert!(kept > 100, "{kept}");
}

/// What contacts send has the type that Meta hands on, whatever it is.
#[tokio::test]
async fn whatever_a_contact_sent_goes_out_harmless() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let add = async |kind: &str, name: Option<&str>, bytes: Vec<u8>| {
        let id: Id<Media> = site.server.app.clock.id();
        site.server.app.runtime.files().write(id, bytes.into()).await.unwrap();
        let file = Media {
            id,
            account: ana.account,
            integration: None,
            contact: Some(site.server.app.clock.id()),
            state: State::Stored,
            mime_type: kind.replace('\0', "\u{1}"),
            size: Some(1),
            sha256: None,
            filename: name.map(str::to_owned),
            meta_id: None,
            expires_at: None,
            created_at: site.server.app.clock.now(),
        };
        site.server.app.store.insert_media(&file).await.unwrap();
        id.to_string()
    };
    for (name, bytes) in bodies() {
        for kind in TYPES.iter().chain(ODD_TYPES) {
            let id = add(kind, None, bytes.clone()).await;
            is_harmless(&site, &ana, &id, &format!("{name} as {kind:?}")).await;
        }
    }
    for name in NAMES {
        let name = name.replace('\0', "\u{1}");
        for kind in ["image/png", "text/html"] {
            let id = add(kind, Some(&name), PNG.to_vec()).await;
            is_harmless(&site, &ana, &id, &format!("{name:?}")).await;
        }
    }
}

#[tokio::test]
async fn a_name_is_one_line_and_no_path() {
    let site = Site::start().await;
    let ana = site.owner().await;
    for name in NAMES {
        let mut url = reqwest::Url::parse(&format!("{}/api/v1/media", site.url)).unwrap();
        url.query_pairs_mut().append_pair("filename", name);
        let request = site.http.post(url).bearer_auth(&ana.token).header("content-type", "image/png");
        let made = answer(request.body(PNG)).await;
        assert_eq!(made.status, 201, "{name:?} {made:?}");
        let kept = made.body["filename"].as_str();
        assert_eq!(kept.map(str::to_owned), filename::safe(name), "{name:?}");
        is_harmless(&site, &ana, &made.id(), &format!("{name:?}")).await;
    }
}

/// With an origin of their own, files come from there only, and nothing else does.
#[tokio::test]
async fn files_come_from_their_own_origin_and_nothing_else_does() {
    let site = Site::start_with_files_url("https://files.example.org").await;
    let ana = site.owner().await;
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let upload = http.post(format!("{}/api/v1/media?filename=a.png", site.url)).bearer_auth(&ana.token);
    let made = answer(upload.header("content-type", "image/png").body(PNG)).await;
    let ask = async |host: Option<&str>, path: &str| {
        let mut request = http.get(format!("{}{path}", site.url)).bearer_auth(&ana.token);
        if let Some(host) = host {
            request = request.header("host", host);
        }
        answer(request).await
    };
    // The pages' origin leads there, and shows nothing itself.
    let led = ask(None, &format!("/api/v1/media/{}", made.id())).await;
    assert_eq!((led.status.as_u16(), &led.headers["cache-control"]), (307, &"no-store".parse().unwrap()));
    let link = led.headers["location"].to_str().unwrap();
    let path = link.strip_prefix("https://files.example.org").unwrap().to_owned();
    assert!(path.starts_with("/files/") && !path.contains(&made.id()), "{path}");
    let again = ask(None, &path).await;
    assert_eq!((again.status.as_u16(), again.headers["location"].to_str().unwrap()), (307, link));
    for host in ["files.example.org", "FILES.example.org:443"] {
        let shown = ask(Some(host), &path).await;
        assert_eq!(
            (shown.status.as_u16(), &shown.headers["content-type"]),
            (200, &"image/png".parse().unwrap())
        );
        assert!(shown.headers["content-security-policy"].to_str().unwrap().starts_with("sandbox;"));
        assert_eq!(shown.headers["x-content-type-options"], "nosniff");
        assert_eq!(shown.headers["cross-origin-resource-policy"], "cross-origin");
        assert!(!shown.headers.contains_key("set-cookie"));
    }
    // Nothing else is there: no page, no API, no webhook, not with a token either.
    for path in
        ["/", "/api/v1/bots", "/healthz", "/setup", "/webhooks/whatsapp/x", "/api/openapi.json", "/files/00"]
    {
        assert_eq!(ask(Some("files.example.org"), path).await.status, 404, "{path}");
    }
    let post = http.post(format!("{}/api/v1/bots", site.url)).bearer_auth(&ana.token);
    let post = post.header("host", "files.example.org").json(&serde_json::json!({ "name": "A" }));
    assert_eq!(answer(post).await.status, 404);
    // A page may show what comes from there.
    let page = ask(None, "/").await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("img-src 'self' https://files.example.org"), "{policy}");
    assert!(policy.contains("media-src 'self' https://files.example.org"), "{policy}");
    // Another account's file leads nowhere, and neither does one that is gone.
    let stranger = site.owner().await;
    site.get(&stranger, &format!("/media/{}", made.id())).await.is_problem(404, "not_found");
    // A link is good for five minutes.
    let token = path.strip_prefix("/files/").unwrap();
    let now = site.server.app.clock.now();
    let at = |minutes| now.after(std::time::Duration::from_mins(minutes));
    assert!(site.server.app.store.file_of_token(token, at(4)).await.unwrap().is_some());
    assert!(site.server.app.store.file_of_token(token, at(6)).await.unwrap().is_none());
}
