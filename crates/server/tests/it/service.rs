//! Somebody else's service: it notes what it is asked and answers what the test says.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// What was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    /// Path and query.
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// What is answered.
pub enum Reply {
    Json(u16, Value),
    Text(u16, String),
    /// An object of a bucket.
    Object(Vec<u8>),
    /// To another address.
    Redirect(String),
    /// After a time.
    Late(Duration, Box<Reply>),
}

type Answers = dyn Fn(&Asked) -> Reply + Send + Sync;

#[derive(Clone)]
pub struct Service {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    answers: Arc<Answers>,
}

impl Service {
    pub async fn start(answers: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let it = Self { url, asked: Arc::default(), answers: Arc::new(answers) };
        let router = Router::new().fallback(serve).with_state(it.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        it
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(State(it): State<Service>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let path = parts.uri.path_and_query().unwrap().to_string();
    let asked = Asked { method: parts.method.to_string(), path, headers: parts.headers, body };
    it.asked.lock().unwrap().push(asked.clone());
    let mut reply = (it.answers)(&asked);
    while let Reply::Late(time, inner) = reply {
        tokio::time::sleep(time).await;
        reply = *inner;
    }
    match reply {
        Reply::Json(status, body) => {
            let kind = [(header::CONTENT_TYPE, "application/json")];
            (StatusCode::from_u16(status).unwrap(), kind, body.to_string()).into_response()
        }
        Reply::Text(status, text) => (StatusCode::from_u16(status).unwrap(), text).into_response(),
        Reply::Object(bytes) => {
            let headers = [(header::ETAG, "\"1\""), (header::LAST_MODIFIED, "Mon, 23 Nov 2026 10:00:00 GMT")];
            (headers, bytes).into_response()
        }
        Reply::Redirect(to) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response(),
        Reply::Late(..) => unreachable!("waited for above"),
    }
}
