//! A backup: one file of lines of JSON that a person can read, and files of media as they are.
//!
//! The first line says what it is and lists the tables with their columns and how many rows follow. Then
//! `{"table":"account"}` and its rows, an array each: numbers, texts, `null`, and bytes as `["00ff"]`. Then
//! `{"file":"med_…","size":123}`, that many bytes and a line's end. The last line has counts and sums of all tables and
//! the SHA-256 of everything before it: a backup that was cut off or changed is noticed.

use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};

use super::snapshot::{Batches, Collector, batches};
use super::{Batch, Carried, Error, Listed, Result, Snapshot, TABLES, media};
use crate::value::{Row, Value};
use crate::{postgres, sqlite};

const FORMAT: &str = "chasqui-backup";
const VERSION: u32 = 1;

/// Who made a backup, and when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct About {
    /// The program's version.
    pub chasqui: String,
    /// When, for people.
    pub made_at: String,
}

#[derive(Serialize, Deserialize)]
struct Head {
    format: String,
    version: u32,
    #[serde(flatten)]
    about: About,
    engine: String,
    schema: i64,
    tables: Vec<HeadTable>,
}

#[derive(Serialize, Deserialize)]
struct HeadTable {
    name: String,
    columns: Vec<String>,
    rows: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Table { table: String },
    File { file: String, size: u64 },
    End { end: Vec<EndTable>, files: u64, sha256: String },
}

#[derive(Serialize, Deserialize)]
struct EndTable {
    name: String,
    rows: u64,
    sum: String,
}

fn cannot_write(error: std::io::Error) -> Error {
    Error::File("cannot write the backup".into(), error)
}

fn damaged(why: &str) -> Error {
    Error::Refused(format!("the backup is damaged: {why}. Use another one"))
}

/// Writes a backup.
pub(super) struct Writer<'a> {
    out: BufWriter<&'a mut (dyn Write + Send)>,
    hash: Sha256,
    table: Option<&'static str>,
}

impl<'a> Writer<'a> {
    pub(super) fn begin(out: &'a mut (dyn Write + Send), about: &About, from: &Snapshot) -> Result<Self> {
        let table = |it: &Listed| HeadTable {
            name: it.table.name.into(),
            columns: it.columns.clone(),
            rows: it.rows,
        };
        let head = Head {
            format: FORMAT.into(),
            version: VERSION,
            about: about.clone(),
            engine: from.engine.clone(),
            schema: from.schema,
            tables: from.tables.iter().map(table).collect(),
        };
        let out = BufWriter::with_capacity(1 << 18, out);
        let mut writer = Self { out, hash: Sha256::new(), table: None };
        writer.line(&head)?;
        Ok(writer)
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.hash.update(bytes);
        self.out.write_all(bytes).map_err(cannot_write)
    }

    fn line(&mut self, line: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_vec(line).map_err(|error| Error::Refused(error.to_string()))?;
        text.push(b'\n');
        self.bytes(&text)
    }

    pub(super) fn rows(&mut self, table: &'static str, rows: &[Row]) -> Result<()> {
        if self.table != Some(table) {
            self.table = Some(table);
            self.line(&Line::Table { table: table.into() })?;
        }
        for row in rows {
            self.line(&row.0.iter().map(to_json).collect::<Vec<_>>())?;
        }
        Ok(())
    }

    /// A file of which exactly `size` bytes are taken.
    pub(super) fn file(&mut self, name: &str, size: u64, content: &mut dyn Read) -> Result<()> {
        self.line(&Line::File { file: name.into(), size })?;
        let mut left = size;
        let mut buffer = vec![0; 1 << 16];
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
            let count = content
                .read(&mut buffer[..most])
                .map_err(|error| Error::File(format!("cannot read the media file {name}"), error))?;
            if count == 0 {
                return Err(Error::Refused(format!("the media file {name} became shorter: run it again")));
            }
            self.bytes(&buffer[..count])?;
            left -= count as u64;
        }
        self.bytes(b"\n")
    }

    pub(super) fn end(mut self, tables: &[Carried], files: u64) -> Result<()> {
        let sha256 = hex::encode(std::mem::take(&mut self.hash).finalize());
        let table =
            |it: &Carried| EndTable { name: it.table.into(), rows: it.tally.rows, sum: it.tally.sum() };
        let end = Line::End { end: tables.iter().map(table).collect(), files, sha256 };
        self.line(&end)?;
        self.out.flush().map_err(cannot_write)
    }
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Int(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
        Value::Blob(bytes) => Json::Array(vec![hex::encode(bytes).into()]),
    }
}

fn to_value(json: Json) -> Option<Value> {
    Some(match json {
        Json::Null => Value::Null,
        Json::Number(number) => Value::Int(number.as_i64()?),
        Json::String(text) => Value::Text(text),
        Json::Array(bytes) => match bytes.as_slice() {
            [Json::String(text)] => Value::Blob(hex::decode(text).ok()?),
            _ => return None,
        },
        Json::Bool(_) | Json::Object(_) => return None,
    })
}

/// Opens a backup. Its files go into `media`, when there is one; how many there were can be read at the end.
pub(super) async fn open(
    from: Box<dyn Read + Send>,
    media: Option<PathBuf>,
) -> Result<(Snapshot, Arc<AtomicU64>)> {
    let (give, batches) = batches();
    let (told, answer) = oneshot::channel();
    let files = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&files);
    let read = move || {
        let mut reader = Reader {
            from: BufReader::with_capacity(1 << 18, from),
            hash: Sha256::new(),
            line: Vec::new(),
            media,
            files: count,
        };
        let head = reader.head();
        let failed = head.is_err();
        if told.send(head).is_err() || failed {
            return;
        }
        if let Err(error) = reader.all(&give) {
            // Nobody waits any more: then nobody misses it.
            let _ = give.blocking_send(Err(error));
        }
    };
    std::thread::Builder::new()
        .name("backup-reader".into())
        .spawn(read)
        .map_err(|error| Error::File("cannot start a thread".into(), error))?;
    let head = answer.await.map_err(|_| Error::Refused("the reader has stopped".into()))??;
    Ok((snapshot(head, batches)?, files))
}

fn snapshot(head: Head, batches: mpsc::Receiver<Result<Batch>>) -> Result<Snapshot> {
    let made_by = &head.about.chasqui;
    let known = match head.engine.as_str() {
        sqlite::transfer::ENGINE => Some(sqlite::transfer::schema()),
        postgres::transfer::ENGINE => Some(postgres::transfer::schema()),
        _ => None,
    };
    if known != Some(head.schema) {
        return Err(Error::Refused(format!(
            "the backup was made by chasqui {made_by}, whose store has another schema: restore it with that version, \
             and update after that"
        )));
    }
    let listed = |(table, found): (&'static super::Table, HeadTable)| {
        (table.name == found.name).then_some(Listed { table, columns: found.columns, rows: found.rows })
    };
    let same = head.tables.len() == TABLES.len();
    let tables: Option<Vec<Listed>> = TABLES.iter().zip(head.tables).map(listed).collect();
    let Some(tables) = tables.filter(|_| same) else {
        return Err(Error::Refused(format!(
            "the backup was made by chasqui {made_by}, which has other tables: restore it with that version, and \
             update after that"
        )));
    };
    Ok(Snapshot { engine: head.engine, schema: head.schema, partial: false, tables, batches })
}

struct Reader {
    from: BufReader<Box<dyn Read + Send>>,
    hash: Sha256,
    line: Vec<u8>,
    media: Option<PathBuf>,
    files: Arc<AtomicU64>,
}

impl Reader {
    /// The next line. It counts for the hash only after it has been understood.
    fn next(&mut self) -> Result<()> {
        self.line.clear();
        self.from
            .read_until(b'\n', &mut self.line)
            .map_err(|error| Error::File("cannot read the backup".into(), error))?;
        if self.line.last() != Some(&b'\n') {
            return Err(damaged("it ends too early"));
        }
        Ok(())
    }

    fn head(&mut self) -> Result<Head> {
        let foreign = || Error::Refused("this is no backup made by `chasqui backup`".into());
        self.next().map_err(|_| foreign())?;
        let head: Head = serde_json::from_slice(&self.line).map_err(|_| foreign())?;
        if head.format != FORMAT {
            return Err(foreign());
        }
        if head.version != VERSION {
            return Err(Error::Refused(format!(
                "the backup has the format {}, this chasqui reads {VERSION}: use the version that made it ({})",
                head.version, head.about.chasqui
            )));
        }
        self.hash.update(&self.line);
        Ok(head)
    }

    fn all(&mut self, give: &Batches) -> Result<()> {
        let mut at: Option<usize> = None;
        let mut collector = Collector::default();
        loop {
            self.next()?;
            if self.line.first() == Some(&b'[') {
                let table = at.ok_or_else(|| damaged("a row stands outside of a table"))?;
                let row = self.row()?;
                self.hash.update(&self.line);
                if let Some(rows) = collector.add(row)
                    && give.blocking_send(Ok(Batch { table, rows })).is_err()
                {
                    return Ok(());
                }
                continue;
            }
            let rows = collector.take();
            if let Some(table) = at
                && !rows.is_empty()
                && give.blocking_send(Ok(Batch { table, rows })).is_err()
            {
                return Ok(());
            }
            let line = serde_json::from_slice(&self.line).map_err(|_| damaged("a line cannot be read"))?;
            match line {
                Line::Table { table } => {
                    self.hash.update(&self.line);
                    at = TABLES.iter().position(|it| it.name == table);
                }
                Line::File { file, size } => {
                    self.hash.update(&self.line);
                    self.file(&file, size)?;
                }
                Line::End { files, sha256, .. } => return self.end(files, &sha256),
            }
        }
    }

    fn row(&self) -> Result<Row> {
        let values: Vec<Json> =
            serde_json::from_slice(&self.line).map_err(|_| damaged("a row cannot be read"))?;
        let values: Option<Vec<Value>> = values.into_iter().map(to_value).collect();
        values.map(Row).ok_or_else(|| damaged("a row holds what no store has"))
    }

    fn file(&mut self, name: &str, size: u64) -> Result<()> {
        let mut content = Content { reader: self, left: size };
        match content.reader.media.clone() {
            Some(folder) => media::unpack(&folder, name, size, &mut content)?,
            None => {
                std::io::copy(&mut content, &mut std::io::sink())
                    .map_err(|error| Error::File("cannot read the backup".into(), error))?;
            }
        }
        if content.left > 0 {
            return Err(damaged("a media file is cut off"));
        }
        self.next()?;
        if self.line != b"\n" {
            return Err(damaged("a media file is longer than it should be"));
        }
        self.hash.update(&self.line);
        self.files.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn end(&mut self, files: u64, sha256: &str) -> Result<()> {
        let found = hex::encode(std::mem::take(&mut self.hash).finalize());
        if found != sha256 || files != self.files.load(Ordering::SeqCst) {
            return Err(damaged("its checksum is not the one it was written with"));
        }
        Ok(())
    }
}

/// The bytes of one file in the backup.
struct Content<'a> {
    reader: &'a mut Reader,
    left: u64,
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.reader.from.read(&mut buffer[..most])?;
        self.reader.hash.update(&buffer[..count]);
        self.left -= count as u64;
        Ok(count)
    }
}
