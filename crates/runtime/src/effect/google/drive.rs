//! Files in Google Drive (<https://developers.google.com/workspace/drive/api/guides/manage-uploads>).

use bytes::{BufMut, BytesMut};
use chasqui_flow::service::{UploadAnswer, UploadRequest};
use chasqui_flow::{CallError, CallErrorKind};
use chasqui_model::filename;
use reqwest::Method;
use serde_json::json;

use super::{Caller, Session, in_time, service, trouble};
use crate::Inner;
use crate::effect::file;

/// Largest file that is given on.
const LARGEST: i64 = 100 * 1024 * 1024;
const PATH: &str = "/upload/drive/v3/files?uploadType=multipart&supportsAllDrives=true&fields=id,webViewLink";

/// Gives a file to Drive. A repeat after a crash makes a second file with the same name.
pub(crate) async fn upload(
    rt: &Inner,
    caller: &Caller,
    request: &UploadRequest,
) -> Result<UploadAnswer, CallError> {
    in_time(request.timeout_ms, async {
        let session = Session::open(rt, caller, &request.connection).await?;
        let file = file::find(rt, caller, &request.file.media).await?;
        if file.size > LARGEST {
            return Err(trouble(CallErrorKind::TooLarge, "the file is larger than 100 MiB"));
        }
        let bytes = file::read(rt, &file).await?;
        let name = request.file.filename.clone().or(file.filename);
        let name = name.as_deref().and_then(filename::safe).unwrap_or_else(|| file.id.to_string());
        let mut about = json!({ "name": name });
        if let Some(folder) = &request.folder {
            about["parents"] = json!([folder]);
        }
        // The boundary is unguessable, so that no file can hold it.
        let boundary = format!("chasqui-{}", hex::encode(chasqui_model::clock::random_bytes::<16>()));
        let kind: String = file.mime_type.chars().filter(|c| !c.is_control()).collect();
        let mut body = BytesMut::with_capacity(bytes.len() + 512);
        body.put_slice(
            format!(
                "--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{about}\r\n\
                 --{boundary}\r\nContent-Type: {kind}\r\n\r\n"
            )
            .as_bytes(),
        );
        body.put(bytes);
        body.put_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let kind = format!("multipart/related; boundary={boundary}");
        let url = session.places.address("www.googleapis.com", PATH);
        let answer = session.ask(Method::POST, &url, Some((&kind, body.freeze()))).await?;
        let link = answer["webViewLink"].as_str().map(str::to_owned);
        let by_id = || Some(format!("https://drive.google.com/file/d/{}/view", answer["id"].as_str()?));
        let link = link.or_else(by_id).ok_or_else(|| service::odd("link"))?;
        Ok(UploadAnswer { link })
    })
    .await
}
