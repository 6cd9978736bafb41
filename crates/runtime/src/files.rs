//! The bytes of files: in a folder, or in a bucket of an S3 store. A file is there as a whole or not at all.

use std::io;
use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chasqui_model::Id;
use chasqui_model::media::{Media, kind};
use chasqui_model::secret::Secret;
use futures::stream::{BoxStream, StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

/// Where the bytes of files are.
pub struct Files {
    /// Where files are written before they are whole, and kept when there is no bucket.
    folder: PathBuf,
    bucket: Option<Bucket>,
}

/// A file that arrived as a whole.
#[derive(Debug)]
pub struct Received {
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// How it begins, up to [`kind::HEAD`] bytes.
    pub head: Vec<u8>,
}

/// Why a file did not arrive.
#[derive(Debug)]
pub enum NotReceived {
    /// It has more bytes than allowed.
    TooLarge,
    /// No byte came for half a minute.
    TooSlow,
    /// The sender went away.
    Broken,
    /// It cannot be written here.
    Disk(io::Error),
}

/// How a file lies in the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lies {
    /// As a whole.
    Whole,
    /// It did not arrive as a whole, or stands for one in the bucket.
    Unfinished,
}

/// How long no byte may come.
const STALLED: Duration = Duration::from_secs(30);

/// A bucket, and where in it.
struct Bucket {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl Files {
    /// Files in a folder, which is made when it is missing, or in the bucket that `url` names:
    /// `s3://bucket/prefix?region=eu-central-1`. What the query does not say is taken from the usual `AWS_…` variables.
    pub(crate) fn open(folder: PathBuf, url: Option<&Secret>) -> io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        let bucket = url.map(Bucket::open).transpose()?;
        Ok(Self { folder, bucket })
    }

    /// Where a file is written until [`Files::keep`] takes it.
    pub(crate) fn unfinished(&self, id: Id<Media>) -> PathBuf {
        self.place(id).with_extension("part")
    }

    /// Takes a file that is whole and on the disk at [`Files::unfinished`].
    pub(crate) async fn keep(&self, id: Id<Media>) -> io::Result<()> {
        let part = self.unfinished(id);
        let Some(bucket) = &self.bucket else { return tokio::fs::rename(part, self.place(id)).await };
        bucket.put(id, tokio::fs::read(&part).await?.into()).await?;
        tokio::fs::remove_file(part).await
    }

    /// Writes a whole file.
    pub async fn write(&self, id: Id<Media>, bytes: Bytes) -> io::Result<()> {
        if let Some(bucket) = &self.bucket {
            return bucket.put(id, bytes).await;
        }
        let mut file = tokio::fs::File::create(self.unfinished(id)).await?;
        file.write_all(&bytes).await?;
        file.sync_all().await?;
        self.keep(id).await
    }

    /// Receives a file piece by piece, up to `largest` bytes. Nothing is left of one that does not arrive as a whole. Call
    /// [`Files::settle`] when its row is written, or it was removed.
    pub async fn receive<E>(
        &self,
        id: Id<Media>,
        bytes: impl futures::Stream<Item = Result<Bytes, E>> + Unpin,
        largest: u64,
    ) -> Result<Received, NotReceived> {
        let part = self.unfinished(id);
        let received = Self::write_part(&part, bytes, largest).await;
        let kept = match received {
            Ok(received) => self.keep_marked(id).await.map(|()| received).map_err(NotReceived::Disk),
            Err(error) => Err(error),
        };
        if kept.is_err() {
            // A leftover is found by nobody.
            let _ = tokio::fs::remove_file(&part).await;
        }
        kept
    }

    /// As [`Files::keep`]; but in front of a bucket an empty file stays here until the row is written. It says which file of
    /// the bucket is ours and may have no row: what others keep in the same bucket is never looked at.
    async fn keep_marked(&self, id: Id<Media>) -> io::Result<()> {
        let Some(bucket) = &self.bucket else { return self.keep(id).await };
        let part = self.unfinished(id);
        bucket.put(id, tokio::fs::read(&part).await?.into()).await?;
        tokio::fs::File::create(part).await.map(drop)
    }

    /// The row of a received file is written, or the file was removed.
    pub async fn settle(&self, id: Id<Media>) {
        if self.bucket.is_some() {
            // One that stays is cleared away later.
            let _ = tokio::fs::remove_file(self.unfinished(id)).await;
        }
    }

    /// Files in the folder that were last written between two times, by their ids: whole ones, unfinished ones, and those
    /// that stand for a file in the bucket.
    pub(crate) async fn written_between(
        &self,
        from: std::time::SystemTime,
        until: std::time::SystemTime,
    ) -> io::Result<Vec<(Id<Media>, Lies)>> {
        let folder = self.folder.clone();
        let look = move || {
            let mut found = Vec::new();
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                let path = PathBuf::from(entry.file_name());
                let unfinished = path.extension().is_some_and(|it| it == "part");
                let id = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
                let at = entry.metadata().and_then(|it| it.modified());
                if let (Some(id), Ok(at)) = (id, at)
                    && (from..until).contains(&at)
                {
                    found.push((id, if unfinished { Lies::Unfinished } else { Lies::Whole }));
                }
            }
            Ok(found)
        };
        tokio::task::spawn_blocking(look).await.map_err(io::Error::other)?
    }

    /// Removes what was left unfinished of a file.
    pub(crate) async fn remove_unfinished(&self, id: Id<Media>) -> io::Result<()> {
        tokio::fs::remove_file(self.unfinished(id)).await
    }

    async fn write_part<E>(
        part: &std::path::Path,
        mut bytes: impl futures::Stream<Item = Result<Bytes, E>> + Unpin,
        largest: u64,
    ) -> Result<Received, NotReceived> {
        let mut file = tokio::fs::File::create(part).await.map_err(NotReceived::Disk)?;
        let mut it = Received { size: 0, sha256: String::new(), head: Vec::new() };
        let mut hash = Sha256::new();
        loop {
            let piece =
                tokio::time::timeout(STALLED, bytes.next()).await.map_err(|_| NotReceived::TooSlow)?;
            let Some(piece) = piece else { break };
            let piece = piece.map_err(|_| NotReceived::Broken)?;
            it.size += u64::try_from(piece.len()).unwrap_or(u64::MAX);
            if it.size > largest {
                return Err(NotReceived::TooLarge);
            }
            let wanted = kind::HEAD.saturating_sub(it.head.len()).min(piece.len());
            it.head.extend_from_slice(&piece[..wanted]);
            hash.update(&piece);
            file.write_all(&piece).await.map_err(NotReceived::Disk)?;
        }
        file.sync_all().await.map_err(NotReceived::Disk)?;
        it.sha256 = hex::encode(hash.finalize());
        Ok(it)
    }

    /// All bytes of a file.
    pub async fn read(&self, id: Id<Media>) -> io::Result<Bytes> {
        match &self.bucket {
            Some(bucket) => {
                let found = bucket.store.get(&bucket.place(id)).await.map_err(trouble)?;
                found.bytes().await.map_err(trouble)
            }
            None => tokio::fs::read(self.place(id)).await.map(Bytes::from),
        }
    }

    /// A file, piece by piece.
    pub async fn stream(&self, id: Id<Media>) -> io::Result<BoxStream<'static, io::Result<Bytes>>> {
        if let Some(bucket) = &self.bucket {
            let found = bucket.store.get(&bucket.place(id)).await.map_err(trouble)?;
            return Ok(found.into_stream().map_err(trouble).boxed());
        }
        let file = tokio::fs::File::open(self.place(id)).await?;
        Ok(tokio_util::io::ReaderStream::new(file).boxed())
    }

    /// Removes a file. One that is not there is removed already.
    pub async fn remove(&self, id: Id<Media>) -> io::Result<()> {
        let removed = match &self.bucket {
            Some(bucket) => bucket.store.delete(&bucket.place(id)).await.map_err(trouble),
            None => tokio::fs::remove_file(self.place(id)).await,
        };
        match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn place(&self, id: Id<Media>) -> PathBuf {
        self.folder.join(id.to_string())
    }
}

impl Bucket {
    fn open(url: &Secret) -> io::Result<Self> {
        let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidInput, what.to_owned());
        let parsed = reqwest::Url::parse(url.expose());
        let parsed = parsed.map_err(|_| wrong("it is not like s3://bucket/prefix?region=eu-central-1"))?;
        let name = parsed.host_str().filter(|_| parsed.scheme() == "s3");
        let name = name.ok_or_else(|| wrong("it is not like s3://bucket/prefix?region=eu-central-1"))?;
        // One file goes at a time, and every S3 store knows that.
        let mut builder = AmazonS3Builder::from_env().with_bucket_name(name).with_disable_bulk_delete(true);
        for (key, value) in parsed.query_pairs() {
            let known = AmazonS3ConfigKey::from_str(&key);
            let key = known.map_err(|_| wrong(&format!("there is no setting `{key}`")))?;
            builder = builder.with_config(key, value.into_owned());
        }
        // What the library says of a wrong setting may hold the secret.
        let store =
            builder.build().map_err(|_| wrong("a setting in it, or one of the AWS_ variables, is wrong"))?;
        Ok(Self { store: Arc::new(store), prefix: Path::from(parsed.path()) })
    }

    fn place(&self, id: Id<Media>) -> Path {
        self.prefix.clone().join(id.to_string())
    }

    async fn put(&self, id: Id<Media>, bytes: Bytes) -> io::Result<()> {
        self.store.put(&self.place(id), bytes.into()).await.map(drop).map_err(trouble)
    }
}

fn trouble(error: object_store::Error) -> io::Error {
    let kind = match &error {
        object_store::Error::NotFound { .. } => io::ErrorKind::NotFound,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}
