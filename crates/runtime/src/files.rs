//! The bytes of files: in a folder. A file is there as a whole or not at all.

use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use chasqui_model::Id;
use chasqui_model::media::Media;
use futures::stream::{BoxStream, StreamExt};
use tokio::io::AsyncWriteExt;

/// Where the bytes of files are.
#[derive(Debug)]
pub struct Files {
    /// Where files are written before they are whole, and kept when there is no other place.
    folder: PathBuf,
}

/// A file that is being read.
pub struct Reading {
    /// Its bytes, piece by piece.
    pub bytes: BoxStream<'static, io::Result<Bytes>>,
}

impl Files {
    /// Files in a folder, which is made when it is missing.
    pub(crate) fn open(folder: PathBuf) -> io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    /// Where a file is written until [`Files::keep`] takes it.
    pub(crate) fn unfinished(&self, id: Id<Media>) -> PathBuf {
        self.folder.join(id.to_string()).with_extension("part")
    }

    /// Takes a file that is whole and on the disk at [`Files::unfinished`].
    pub(crate) async fn keep(&self, id: Id<Media>) -> io::Result<()> {
        tokio::fs::rename(self.unfinished(id), self.place(id)).await
    }

    /// Writes a whole file.
    pub async fn write(&self, id: Id<Media>, bytes: &[u8]) -> io::Result<()> {
        let part = self.unfinished(id);
        let mut file = tokio::fs::File::create(&part).await?;
        file.write_all(bytes).await?;
        file.sync_all().await?;
        self.keep(id).await
    }

    /// All bytes of a file.
    pub async fn read(&self, id: Id<Media>) -> io::Result<Bytes> {
        tokio::fs::read(self.place(id)).await.map(Bytes::from)
    }

    /// A file, piece by piece.
    pub async fn stream(&self, id: Id<Media>) -> io::Result<Reading> {
        let file = tokio::fs::File::open(self.place(id)).await?;
        Ok(Reading { bytes: tokio_util::io::ReaderStream::new(file).boxed() })
    }

    /// Removes a file. One that is not there is removed already.
    pub async fn remove(&self, id: Id<Media>) -> io::Result<()> {
        match tokio::fs::remove_file(self.place(id)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn place(&self, id: Id<Media>) -> PathBuf {
        self.folder.join(id.to_string())
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}
