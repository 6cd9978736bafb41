//! The call with which Meta checks a callback.

use std::time::Duration;

use chasqui_model::clock::random_bytes;

use crate::graph::error::Refusal;
use crate::meta::Meta;

/// The longest address of an override.
pub(crate) const LONGEST_CALLBACK: usize = 200;

/// The callback as Meta calls it: a plus sign in the path becomes a space.
pub(crate) fn as_called(url: &str) -> String {
    let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    let path = path.replace('+', "%20");
    query.map_or(path.clone(), |query| format!("{path}?{query}"))
}

/// Calls the callback and sees whether it answers with the challenge.
pub(crate) async fn shake(meta: &Meta, url: &str, verify_token: &str) -> Result<(), Refusal> {
    let challenge = (u64::from_le_bytes(random_bytes()) % 10_000_000_000).to_string();
    let failed = |why: String| {
        Refusal::new(400, 2200, format!("Callback verification failed with the following errors: {why}"))
    };
    let answer = meta
        .http
        .get(url)
        .query(&[
            ("hub.mode", "subscribe"),
            ("hub.challenge", &challenge),
            ("hub.verify_token", verify_token),
        ])
        .timeout(Duration::from_secs(10))
        .send()
        .await
        .map_err(|_| failed("Couldn't connect to server".to_owned()))?;
    let status = answer.status();
    if status.as_u16() != 200 {
        let reason = status.canonical_reason().unwrap_or("Unknown");
        return Err(failed(format!("HTTP Status Code = {}; HTTP Message = {reason}", status.as_u16())));
    }
    let body = answer.text().await.map_err(|_| failed("Couldn't read the response".to_owned()))?;
    if body == challenge {
        return Ok(());
    }
    let received: String = body.chars().take(100).collect();
    Err(failed(format!(
        "Response does not match challenge, expected value=\"{challenge}\", received=\"{received}\""
    )))
}
