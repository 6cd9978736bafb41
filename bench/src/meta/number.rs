//! A WhatsApp number and the secrets that belong to it.

use std::cell::RefCell;
use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A number. Each has an app, a token and a secret of its own.
pub struct Number {
    /// Its place among the numbers.
    pub index: usize,
    /// Where its webhooks go: a path on the server.
    pub webhook: RefCell<String>,
    signer: Hmac<Sha256>,
    proof: String,
}

/// The phone number id of number 0.
const FIRST_ID: usize = 106_540_352_000_000;

impl Number {
    /// The number in this place.
    pub fn new(index: usize) -> Self {
        let secret = Self::secret_of(index);
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let signer: Hmac<Sha256> = Hmac::new_from_slice(secret.as_bytes()).expect("a key of any length");
        let mut proof = signer.clone();
        proof.update(Self::token_of(index).as_bytes());
        let proof = hex::encode(proof.finalize().into_bytes());
        Self { index, webhook: RefCell::default(), signer, proof }
    }

    fn secret_of(index: usize) -> String {
        format!("{:032x}", 0x5ec2_e700_0000 + index)
    }

    /// The app's secret.
    pub fn app_secret(&self) -> String {
        Self::secret_of(self.index)
    }

    /// The token that it sends with.
    pub fn token(&self) -> String {
        Self::token_of(self.index)
    }

    fn token_of(index: usize) -> String {
        format!("EAAbench{index:06}")
    }

    /// The app's id.
    pub fn app_id(&self) -> String {
        (670_843_887_000_000 + self.index).to_string()
    }

    /// Its id in the Graph API.
    pub fn id(&self) -> String {
        (FIRST_ID + self.index).to_string()
    }

    /// The place of the number with this id.
    pub fn index_of(id: &str) -> Option<usize> {
        id.parse::<usize>().ok()?.checked_sub(FIRST_ID)
    }

    /// Whether a request carries its token, and the proof made with its app's secret, where there is a proof.
    pub fn is_authorised(&self, authorization: &str, query: &str) -> bool {
        let token = authorization.strip_prefix("Bearer EAAbench").and_then(|rest| rest.parse().ok());
        let proof = query.split('&').find_map(|pair| pair.strip_prefix("appsecret_proof="));
        token == Some(self.index) && proof.is_none_or(|proof| proof == self.proof)
    }

    /// A whole signed webhook request.
    pub fn request(&self, body: &str) -> Vec<u8> {
        let mut mac = self.signer.clone();
        mac.update(body.as_bytes());
        let mut text = String::with_capacity(body.len() + 320);
        // Writing to memory does not fail.
        let _ = write!(
            text,
            "POST {} HTTP/1.1\r\nhost: chasqui\r\nuser-agent: facebookexternalua\r\naccept: */*\r\n\
             content-type: application/json\r\nx-hub-signature-256: sha256={}\r\ncontent-length: {}\r\n\r\n{body}",
            self.webhook.borrow(),
            hex::encode(mac.finalize().into_bytes()),
            body.len(),
        );
        text.into_bytes()
    }
}
