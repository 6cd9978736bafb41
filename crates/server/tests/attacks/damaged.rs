//! Missing, damaged and foreign files of a data directory: the server goes on, or says why not.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use crate::bots::echo;
use crate::case::{Case, It, case};
use crate::server::bootstrap;
use crate::standing::{Own, get, logs_in, stop};

/// What is tried with the files.
pub fn files() -> Vec<Case> {
    vec![
        case(
            "lock-removed",
            "a second server does not start on the same data, not even when the lock file was removed",
            |it: It| async move {
                let own = Own::new(&it)?;
                bootstrap(&own.binary, own.home.path()).await?;
                let process = own.start().await?;
                let said = own.refused().await?;
                ensure!(said.contains("chasqui") || said.contains("use"), "{said}");
                std::fs::remove_file(own.path("chasqui.lock")).or_else(|error| {
                    if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
                })?;
                let second = own.refused().await;
                drop(process);
                second.map(drop)
            },
        ),
        case(
            "key-missing",
            "without its key file a server with secrets does not start, and says which file",
            |it: It| async move {
                let own = Own::new(&it)?;
                sealed(&own).await?;
                std::fs::remove_file(own.path("chasqui.key"))?;
                let said = own.refused().await?;
                ensure!(said.contains("key"), "{said}");
                ensure!(!said.contains("panicked"), "{said}");
                Ok(())
            },
        ),
        case(
            "key-other",
            "with another key a server with secrets does not start, and says so",
            |it: It| async move {
                let own = Own::new(&it)?;
                sealed(&own).await?;
                std::fs::write(own.path("chasqui.key"), "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=\n")?;
                let said = own.refused().await?;
                ensure!(said.contains("key"), "{said}");
                Ok(())
            },
        ),
        case(
            "key-garbage",
            "with a key file of garbage a server does not start, and names the file",
            |it: It| async move {
                let own = Own::new(&it)?;
                bootstrap(&own.binary, own.home.path()).await?;
                std::fs::write(own.path("chasqui.key"), [0xff, 0xfe, 0, 1])?;
                let said = own.refused().await?;
                ensure!(said.contains("chasqui.key"), "{said}");
                Ok(())
            },
        ),
        case(
            "secret-damaged",
            "one damaged secret makes one number red, and the server starts and serves the others",
            |it: It| async move {
                let own = Own::new(&it)?;
                let number = sealed(&own).await?;
                {
                    let database = rusqlite::Connection::open(own.path("chasqui.db"))?;
                    let changed = damage(&database)?;
                    ensure!(changed > 0, "no secret was found to damage");
                }
                let process = own.start().await?;
                ensure!(get(&process, "/readyz").await?.0 == 200, "not ready");
                ensure!(logs_in(&process).await?, "nobody can log in");
                let _ = number;
                Ok(())
            },
        ),
        case(
            "wal-missing",
            "a server that was killed and lost its write-ahead log says so instead of beginning anew",
            |it: It| async move {
                let own = Own::new(&it)?;
                bootstrap(&own.binary, own.home.path()).await?;
                let mut process = own.start().await?;
                ensure!(logs_in(&process).await?, "nobody can log in");
                process.child.kill().await?;
                if std::fs::metadata(own.path("chasqui.db-wal")).map_or(0, |it| it.len()) == 0 {
                    return Ok(());
                }
                std::fs::remove_file(own.path("chasqui.db-wal"))?;
                let _ = std::fs::remove_file(own.path("chasqui.db-shm"));
                match own.start().await {
                    Err(_) => Ok(()),
                    Ok(process) => {
                        // Whatever was in the log that is gone: what was committed before must be there.
                        ensure!(logs_in(&process).await?, "it began anew, as if nobody had ever been here");
                        Ok(())
                    }
                }
            },
        ),
        case("wal-after-stop", "a clean stop leaves everything in the database file", |it: It| async move {
            let own = Own::new(&it)?;
            bootstrap(&own.binary, own.home.path()).await?;
            let process = own.start().await?;
            ensure!(logs_in(&process).await?, "nobody can log in");
            stop(process).await?;
            ensure!(
                std::fs::metadata(own.path("chasqui.db-wal")).map_or(0, |it| it.len()) == 0,
                "the log holds something"
            );
            let copy = Own::new(&it)?;
            for name in ["chasqui.db", "chasqui.key"] {
                std::fs::copy(own.path(name), copy.path(name))?;
            }
            let process = copy.start().await?;
            ensure!(logs_in(&process).await?, "the database file alone is not everything");
            Ok(())
        }),
        case(
            "database-missing",
            "a server whose database was taken away says so instead of beginning anew",
            |it: It| async move {
                let own = Own::new(&it)?;
                bootstrap(&own.binary, own.home.path()).await?;
                stop(own.start().await?).await?;
                for name in ["chasqui.db", "chasqui.db-wal", "chasqui.db-shm"] {
                    let _ = std::fs::remove_file(own.path(name));
                }
                let said = own.refused().await?;
                ensure!(said.contains("chasqui.db") || said.contains("database"), "{said}");
                Ok(())
            },
        ),
        case(
            "database-moved-away",
            "a server whose database is moved away while it runs turns red and takes nothing more in",
            |it: It| async move {
                let own = Own::new(&it)?;
                bootstrap(&own.binary, own.home.path()).await?;
                let process = own.start().await?;
                std::fs::rename(own.path("chasqui.db"), own.path("elsewhere.db"))?;
                let began = Instant::now();
                while get(&process, "/readyz").await?.0 == 200 {
                    ensure!(began.elapsed() < Duration::from_secs(20), "ready after 20 s");
                    sleep(Duration::from_millis(250)).await;
                }
                ensure!(get(&process, "/healthz").await?.0 == 200, "it died");
                Ok(())
            },
        ),
        case(
            "database-replaced",
            "a server whose database is replaced while it runs turns red",
            |it: It| async move {
                let own = Own::new(&it)?;
                bootstrap(&own.binary, own.home.path()).await?;
                let process = own.start().await?;
                std::fs::copy(own.path("chasqui.db"), own.path("copy.db"))?;
                std::fs::rename(own.path("copy.db"), own.path("chasqui.db"))?;
                let began = Instant::now();
                while get(&process, "/readyz").await?.0 == 200 {
                    ensure!(began.elapsed() < Duration::from_secs(20), "ready after 20 s");
                    sleep(Duration::from_millis(250)).await;
                }
                Ok(())
            },
        ),
        case("database-garbage", "a database file of garbage is not written over", |it: It| async move {
            let own = Own::new(&it)?;
            let garbage = b"this is no database, and somebody may want it back".repeat(100);
            std::fs::write(own.path("chasqui.db"), &garbage)?;
            own.refused().await?;
            ensure!(std::fs::read(own.path("chasqui.db"))? == garbage, "it was changed");
            Ok(())
        }),
        case(
            "database-newer",
            "a database of a newer version is refused and left as it is",
            |it: It| async move {
                let own = Own::new(&it)?;
                bootstrap(&own.binary, own.home.path()).await?;
                {
                    let database = rusqlite::Connection::open(own.path("chasqui.db"))?;
                    let later = "INSERT INTO migration SELECT 999, 'later', checksum, applied_at FROM migration LIMIT 1";
                    ensure!(database.execute(later, [])? == 1, "no migration was found");
                }
                let said = own.refused().await?;
                ensure!(said.contains("newer") || said.contains("version"), "{said}");
                Ok(())
            },
        ),
        case(
            "directory-open",
            "a data directory that is open to others is shut at the start",
            |it: It| async move {
                use std::os::unix::fs::PermissionsExt as _;
                let own = Own::new(&it)?;
                std::fs::set_permissions(own.home.path(), std::fs::Permissions::from_mode(0o755))?;
                let process = own.start().await?;
                for name in ["", "chasqui.db", "chasqui.key"] {
                    let mode = std::fs::metadata(own.path(name))?.permissions().mode();
                    ensure!(mode & 0o077 == 0, "{name:?} has the mode {mode:o}");
                }
                drop(process);
                Ok(())
            },
        ),
        case(
            "directory-umask",
            "nothing that the server makes is open to others under a loose umask",
            |it: It| async move {
                use std::os::unix::fs::PermissionsExt as _;
                let own = Own::new(&it)?;
                let mut child = Command::new("sh")
                .args(["-c", "umask 000; exec \"$0\" serve --listen 127.0.0.1:0 --graph-url http://127.0.0.1:1 --data-dir \"$1\""])
                .arg(&own.binary.program).arg(own.home.path())
                .stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true).spawn()?;
                crate::ground::eventually("the files", || async {
                    Ok(own.path("setup-code").exists().then_some(()))
                })
                .await?;
                for entry in std::fs::read_dir(own.home.path())? {
                    let entry = entry?;
                    let mode = entry.metadata()?.permissions().mode();
                    ensure!(mode & 0o077 == 0, "{} has the mode {mode:o}", entry.file_name().display());
                }
                child.kill().await?;
                Ok(())
            },
        ),
    ]
}

/// Sets an installation up with a connection and a number, so that secrets are sealed in it. The server has stopped.
async fn sealed(own: &Own) -> Result<String> {
    let token = bootstrap(&own.binary, own.home.path()).await?;
    let process = own.start().await?;
    let client = reqwest::Client::new();
    let post = async |path: &str, body: Value| -> Result<Value> {
        let answer = client
            .post(format!("http://{}/api/v1{path}", process.address))
            .bearer_auth(&token)
            .json(&body)
            .send()
            .await?;
        Ok(serde_json::from_str(&answer.text().await?).unwrap_or_default())
    };
    let bot =
        post("/bots", json!({ "definition": echo() })).await?["id"].as_str().context("no bot")?.to_owned();
    post(&format!("/bots/{bot}/publish"), json!({})).await?;
    let number = post("/integrations?check=false", crate::ground::form(&bot)).await?["id"]
        .as_str()
        .context("no number")?
        .to_owned();
    post(
        "/connections",
        json!({ "name": "Model", "kind": "openai", "settings": {}, "secret": "sk-1234567890abcdef" }),
    )
    .await?;
    stop(process).await?;
    Ok(number)
}

/// Turns one bit in a sealed secret of each integration.
fn damage(database: &rusqlite::Connection) -> Result<usize> {
    let columns: Vec<String> = database
        .prepare("SELECT name FROM pragma_table_info('integration')")?
        .query_map([], |row| row.get(0))?
        .collect::<std::result::Result<_, _>>()?;
    for column in columns
        .iter()
        .filter(|name| ["secret", "credential", "token", "sealed"].iter().any(|part| name.contains(part)))
    {
        let rows: Vec<(i64, Vec<u8>)> = {
            let mut statement = database.prepare(&format!(
                "SELECT rowid, {column} FROM integration WHERE typeof({column}) = 'blob'"
            ))?;
            statement
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<std::result::Result<_, _>>()?
        };
        let mut changed = 0;
        for (id, mut bytes) in rows {
            if let Some(last) = bytes.last_mut() {
                *last ^= 1;
                changed += database.execute(
                    &format!("UPDATE integration SET {column} = ?1 WHERE rowid = ?2"),
                    rusqlite::params![bytes, id],
                )?;
            }
        }
        if changed > 0 {
            return Ok(changed);
        }
    }
    bail!("no sealed column among {columns:?}")
}
