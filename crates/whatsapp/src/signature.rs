//! Signatures with the app secret: of deliveries (`X-Hub-Signature-256`) and of our calls (`appsecret_proof`).

use chasqui_model::secret::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const SCHEME: &str = "sha256=";

/// Whether `header` signs exactly these bytes. Takes the body as it arrived: the same JSON written differently has
/// another signature. The comparison takes the same time wherever it fails.
pub fn verify(app_secret: &Secret, body: &[u8], header: Option<&str>) -> bool {
    let mut expected = [0; 32];
    let signed = header.and_then(|header| header.strip_prefix(SCHEME));
    if signed.is_none_or(|hex| hex::decode_to_slice(hex, &mut expected).is_err()) {
        return false;
    }
    mac(app_secret.expose().as_bytes(), body).is_some_and(|mac| mac.verify_slice(&expected).is_ok())
}

/// The header for a body, as Meta writes it.
pub fn sign(app_secret: &Secret, body: &[u8]) -> String {
    let mut header = String::from(SCHEME);
    header.push_str(&digest(app_secret.expose().as_bytes(), body));
    header
}

/// Shows Meta that a call with this token comes from the app's own server.
pub fn appsecret_proof(app_secret: &Secret, access_token: &Secret) -> String {
    digest(app_secret.expose().as_bytes(), access_token.expose().as_bytes())
}

fn digest(key: &[u8], message: &[u8]) -> String {
    mac(key, message).map(|mac| hex::encode(mac.finalize().into_bytes())).unwrap_or_default()
}

/// HMAC takes keys of any length, so this is never `None`.
fn mac(key: &[u8], message: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(message);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = r#"{"object":"whatsapp_business_account","entry":[]}"#;
    const ESCAPED: &str = r#"{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Zo\u00eb"},"wa_id":"16505551234"}],"messages":[{"from":"16505551234","id":"wamid.TEST1","timestamp":"1749416383","type":"text","text":{"body":"J'ai mang\u00e9 \ud83c\udf55 \u003C3 https:\/\/ex.am\/p?a=50\u0025 me\u0040ex.am"}}]},"field":"messages"}]}]}"#;
    const ESCAPED_SIGNATURE: &str = "sha256=fe05ef8ad89fb6bb3ecca81f3a467e0c4c9db4d88d639e31a85af90ebf691956";

    fn secret() -> Secret {
        Secret::new("test-app-secret")
    }

    #[test]
    fn metas_bytes_pass() {
        let empty = "sha256=c84a394cc475525991e78ff16e430b02e47f953877d2af0ade26956ce6f384dc";
        assert_eq!((EMPTY.len(), ESCAPED.len()), (49, 493));
        assert_eq!(sign(&secret(), EMPTY.as_bytes()), empty);
        assert_eq!(sign(&secret(), ESCAPED.as_bytes()), ESCAPED_SIGNATURE);
        assert!(verify(&secret(), EMPTY.as_bytes(), Some(empty)));
        assert!(verify(&secret(), ESCAPED.as_bytes(), Some(ESCAPED_SIGNATURE)));
    }

    #[test]
    fn the_same_json_written_again_is_refused() {
        let value: serde_json::Value = serde_json::from_str(ESCAPED).unwrap();
        let raw = serde_json::to_string(&value).unwrap();
        assert!(sign(&secret(), raw.as_bytes()).starts_with("sha256=8212f85d"));
        assert!(!verify(&secret(), raw.as_bytes(), Some(ESCAPED_SIGNATURE)));

        let ascii = ESCAPED
            .replace(r"\/", "/")
            .replace(r"\u003C", "<")
            .replace(r"\u0025", "%")
            .replace(r"\u0040", "@");
        assert!(sign(&secret(), ascii.as_bytes()).starts_with("sha256=7a5d1685"));
        assert!(!verify(&secret(), ascii.as_bytes(), Some(ESCAPED_SIGNATURE)));
    }

    #[test]
    fn broken_headers_are_refused() {
        let good = ESCAPED_SIGNATURE;
        let other = sign(&Secret::new("other"), ESCAPED.as_bytes());
        for header in [None, Some(""), Some("sha256="), Some(&good[7..]), Some(&good[..70]), Some(&*other)] {
            assert!(!verify(&secret(), ESCAPED.as_bytes(), header), "{header:?}");
        }
    }

    #[test]
    fn the_proof_is_metas() {
        assert_eq!(
            appsecret_proof(&secret(), &Secret::new("EAAtesttoken")),
            "62f73cbe7b318721f6695dcd7ce46d9a60b2134d6e69eb38057c6db0608019a8"
        );
    }
}
