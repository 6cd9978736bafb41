//! `google_drive`: puts files of the contact into a folder of Google Drive.

use chasqui_model::connection::Kind as Service;
use chasqui_model::filename;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::email::{stored, values};
use super::{Behaviour, Next, Port};
use crate::definition::Node;
use crate::effect::{Outcome, Request};
use crate::path::Path;
use crate::service::{LONGEST_TIMEOUT, USUAL_TIMEOUT, UploadRequest, google_id, timeout_ms};
use crate::state::Progress;
use crate::step::{Failure, Turn};
use crate::template::Template;
use crate::validate::Check;

/// Puts a file, or each of a list, into Google Drive.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GoogleDrive {
    /// The account's connection to Google, by its name.
    pub connection: String,
    /// The variable that holds the file, or a list of files, as `question_media` stores it.
    pub media: String,
    /// The folder: its id, or the address that a browser shows. Left out: the topmost one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<Template>,
    /// What the file is to be called. Left out: as the contact called it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filename: Option<Template>,
    /// How long it may take, in seconds: 20 when left out, at most 60.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<f64>,
    /// The variable that takes the link; of a list, all links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_as: Option<String>,
}

impl GoogleDrive {
    /// Uploads the next file, or goes on when there is none left. `progress` has the links so far.
    fn next(&self, turn: &mut Turn<'_>, progress: Progress) -> Next {
        let Some(path) = Path::parse(&self.media) else {
            return Next::Fail(Failure::new("invalid_media", "There is no file to keep."));
        };
        let files = values(turn, &path);
        let done = progress.files.len();
        let Some(value) = files.get(done) else {
            return self.finish(turn, progress, files.len());
        };
        let Some(mut file) = stored(value) else {
            return Next::Fail(Failure::new("invalid_media", "What was to be kept is no file of a contact."));
        };
        let folder = match &self.folder {
            None => None,
            Some(folder) => {
                let text = turn.fill(folder);
                let Some(id) = google_id(&text) else {
                    let message = "The folder is neither an id nor an address of one.";
                    return Next::Fail(Failure::new("invalid_folder", message));
                };
                Some(id.to_owned())
            }
        };
        if let Some(name) = &self.filename {
            let name = turn.fill(name);
            let name = if files.len() > 1 { format!("{} {}", done + 1, name) } else { name };
            file.filename = filename::safe(&name);
        }
        let connection = self.connection.clone();
        let timeout_ms = timeout_ms(self.timeout_seconds, USUAL_TIMEOUT, LONGEST_TIMEOUT);
        Next::Call(Request::Upload(UploadRequest { connection, folder, file, timeout_ms }), progress)
    }

    fn finish(&self, turn: &mut Turn<'_>, mut progress: Progress, count: usize) -> Next {
        if count == 0 {
            return Next::Fail(Failure::new("invalid_media", "There is no file to keep."));
        }
        if let Some(name) = &self.save_as {
            let links = std::mem::take(&mut progress.files);
            let value =
                if count > 1 { Value::Array(links) } else { links.into_iter().next().unwrap_or_default() };
            turn.save(name, value);
        }
        Next::port("next")
    }
}

impl Behaviour for GoogleDrive {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        self.next(turn, Progress::default())
    }

    fn outcome(&self, turn: &mut Turn<'_>, outcome: Outcome, mut progress: Progress) -> Next {
        let Outcome::Upload(answer) = outcome else { return Next::Fail(Failure::wrong_answer()) };
        match answer {
            Ok(answer) => {
                progress.files.push(Value::from(answer.link));
                self.next(turn, progress)
            }
            Err(error) => Next::Fail(Failure::of_call("drive_failed", "Google Drive", &error)),
        }
    }

    fn ports(&self, _: &Node) -> Vec<Port> {
        vec![Port::required("next")]
    }

    fn check(&self, check: &mut Check<'_>) {
        check.connection("connection", &self.connection);
        match Path::parse(&self.media) {
            Some(path) => check.reads("media", &path),
            None => check.error("invalid_path", "media", "the name of one variable, for example `photos`"),
        }
        if let Some(folder) = &self.folder {
            check.template("folder", folder);
            if folder.is_literal() && google_id(folder.source()).is_none() {
                check.error("invalid_value", "folder", "the id of a folder, or its address");
            }
        }
        check.timeout("timeout_seconds", self.timeout_seconds);
        if let Some(filename) = &self.filename {
            check.needed("filename", filename);
            check.template("filename", filename);
        }
        check.saves("save_as", self.save_as.as_deref());
    }

    fn rests(&self) -> bool {
        true
    }

    fn connection(&self) -> Option<(&str, &[Service])> {
        Some((&self.connection, &[Service::Google]))
    }
}
