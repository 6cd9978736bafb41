//! Fetching files. The token goes along, so only Meta's own hosts are asked, over TLS, and no redirect is followed.

use std::io;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, Response, Url};
use sha2::{Digest, Sha256};

use super::call::{self, CallError};
use super::{Access, Client};

/// A fetched file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downloaded {
    /// What Meta's server says it is.
    pub mime_type: Option<String>,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hex.
    pub sha256: String,
}

/// A file that was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The address is not one of Meta's; nothing was asked.
    #[error("the file is not on one of Meta's hosts")]
    ForeignHost,
    /// The address is no longer valid: ask for another one.
    #[error("the address of the file has expired")]
    Expired,
    /// Larger than allowed.
    #[error("the file has more than {limit} bytes")]
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// Other bytes than announced.
    #[error("the file is not the one that was announced")]
    WrongHash,
    /// The bytes could not be put away.
    #[error("the file could not be written")]
    Write(#[source] io::Error),
    /// The call failed.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl Client {
    /// Fetches a file of at most `limit` bytes and hands its bytes to `sink` as they come. With `sha256` (hex) given, an
    /// error follows when the bytes are others; they are in the sink by then.
    pub async fn download_media(
        &self,
        access: &Access,
        url: &str,
        limit: u64,
        sha256: Option<&str>,
        sink: &mut (dyn FnMut(&[u8]) -> io::Result<()> + Send),
    ) -> Result<Downloaded, DownloadError> {
        let url = Url::parse(url).ok().filter(|url| self.trusts(url)).ok_or(DownloadError::ForeignHost)?;
        let mut request = call::request(access, Method::GET, url, None);
        *request.timeout_mut() = Some(self.options.media_timeout);
        let lost = |error| DownloadError::Call(CallError::NoAnswer(call::plain(error)));
        let response = self.http.execute(request).await.map_err(lost)?;
        match response.status().as_u16() {
            200..=299 => {}
            404 => return Err(DownloadError::Expired),
            http @ 300..=399 => return Err(CallError::Garbage(http).into()),
            http => {
                let refused = call::read(response).await.err().unwrap_or(CallError::Garbage(http));
                return Err(refused.into());
            }
        }
        let fetched = receive(response, limit, sink).await?;
        if sha256.is_some_and(|expected| !expected.eq_ignore_ascii_case(&fetched.sha256)) {
            return Err(DownloadError::WrongHash);
        }
        Ok(fetched)
    }

    /// Whether the token may go there.
    fn trusts(&self, url: &Url) -> bool {
        if url.origin() == self.base.origin() {
            return true;
        }
        let host = url.host_str().unwrap_or_default();
        let below = |trusted: &String| {
            host.strip_suffix(trusted.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        url.scheme() == "https" && url.port().is_none() && self.options.media_hosts.iter().any(below)
    }
}

async fn receive(
    mut response: Response,
    limit: u64,
    sink: &mut (dyn FnMut(&[u8]) -> io::Result<()> + Send),
) -> Result<Downloaded, DownloadError> {
    if response.content_length().is_some_and(|length| length > limit) {
        return Err(DownloadError::TooLarge { limit });
    }
    let mime_type =
        response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut hash = Sha256::new();
    let mut size = 0;
    let lost = |error| DownloadError::Call(CallError::NoAnswer(call::plain(error)));
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        size += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if size > limit {
            return Err(DownloadError::TooLarge { limit });
        }
        hash.update(&chunk);
        sink(&chunk).map_err(DownloadError::Write)?;
    }
    Ok(Downloaded { mime_type, size, sha256: hex::encode(hash.finalize()) })
}
