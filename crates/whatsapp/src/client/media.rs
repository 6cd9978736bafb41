//! Files at Meta.

use bytes::Bytes;
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Method};

use super::call::{self, CallError};
use super::{Client, Number};

/// Where a file can be fetched, for five minutes.
#[derive(Clone, PartialEq, Eq)]
pub struct MediaUrl {
    /// The address; needs the token.
    pub url: String,
    /// May carry parameters.
    pub mime_type: String,
    /// SHA-256 in hex.
    pub sha256: Option<String>,
    /// Bytes.
    pub file_size: Option<u64>,
}

impl std::fmt::Debug for MediaUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MediaUrl")
            .field("mime_type", &self.mime_type)
            .field("file_size", &self.file_size)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Gives Meta a file; its id lives 30 days and belongs to this number.
    pub async fn upload_media(
        &self,
        number: &Number,
        filename: &str,
        mime_type: &str,
        file: Bytes,
    ) -> Result<String, CallError> {
        let length = u64::try_from(file.len()).unwrap_or(u64::MAX);
        let part = Part::stream_with_length(Body::from(file), length)
            .file_name(filename.to_owned())
            .mime_str(mime_type)
            .map_err(|_| CallError::NoAnswer("not a MIME type".to_owned()))?;
        let form = Form::new()
            .text("messaging_product", "whatsapp")
            .text("type", mime_type.to_owned())
            .part("file", part);
        let url = number.access.url(&[&number.id, "media"], &[]);
        let response = self
            .http
            .request(Method::POST, url)
            .header(reqwest::header::AUTHORIZATION, number.access.bearer.clone())
            .timeout(self.options.media_timeout)
            .multipart(form)
            .send()
            .await
            .map_err(|error| CallError::NoAnswer(call::plain(error)))?;
        call::read(response).await?.take(|answer| answer.string("id"))
    }

    /// Asks where a file can be fetched. Ids from webhooks live 7 days.
    pub async fn media_url(&self, number: &Number, id: &str) -> Result<MediaUrl, CallError> {
        let url = number.access.url(&[id], &[("phone_number_id", &number.id)]);
        self.get(&number.access, url).await?.take(|answer| {
            Some(MediaUrl {
                url: answer.string("url")?,
                mime_type: answer.string("mime_type").unwrap_or_default(),
                sha256: answer.string("sha256"),
                file_size: answer.text("file_size").and_then(|size| size.parse().ok()),
            })
        })
    }

    /// Deletes a file at Meta.
    pub async fn delete_media(&self, number: &Number, id: &str) -> Result<(), CallError> {
        let url = number.access.url(&[id], &[("phone_number_id", &number.id)]);
        self.delete_at(&number.access, url).await?.success()
    }
}
