//! `chasqui bot`: bots as files, so that they can live in git and be checked in CI.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use axum::http::Method;
use chasqui_flow::{Alone, Definition, Flow, Outcome, Problem, Request, run_test_in, validate};
use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::secret::Secret;
use chasqui_runtime::code::{self, Codebox};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::junit::Report;
use super::remote::Remote;
use crate::config::{self, File};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check bot files
    Validate(Files),
    /// Run the tests in bot files
    Test(Tests),
    /// Print the JSON Schema of bot files
    Schema,
    /// Save bot files as drafts on a server: of the bots with the same names, or as new bots
    Import(Upload),
    /// The same, and publish them
    Publish(Upload),
    /// Print a bot of a server as a file
    Export(Download),
}

#[derive(Args, Debug)]
pub(super) struct Files {
    /// Bot files, JSON or YAML; - is the standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct Tests {
    #[command(flatten)]
    files: Files,
    /// Also write the results as a JUnit report, for CI
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct Access {
    /// The server [default: <http://127.0.0.1:8080>]
    #[arg(long, env = "CHASQUI_SERVER", value_name = "URL")]
    server: Option<String>,
    /// An API token of a builder
    #[arg(long = "token", env = "CHASQUI_API_TOKEN", hide_env_values = true)]
    api_token: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct Upload {
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    access: Access,
}

#[derive(Args, Debug)]
pub(super) struct Download {
    /// The bot's name or id
    bot: String,
    /// A published version; left out, the draft
    #[arg(long, value_name = "N")]
    version: Option<i64>,
    /// YAML instead of JSON
    #[arg(long)]
    yaml: bool,
    #[command(flatten)]
    access: Access,
}

pub(super) async fn run(command: Command, file: File) -> Result<()> {
    match command {
        Command::Validate(files) => {
            let coder = Coder::new();
            check_all(&files.files, |path| check(&coder, path))
        }
        Command::Test(tests) => test_all(&tests),
        Command::Schema => super::print(&serde_json::to_string_pretty(&chasqui_flow::schema())?),
        Command::Import(upload) => save_all(upload, &file, false).await,
        Command::Publish(upload) => save_all(upload, &file, true).await,
        Command::Export(download) => export(download, &file).await,
    }
}

/// Looks at every file, so that one run names all that is wrong.
fn check_all(files: &[PathBuf], mut look: impl FnMut(&Path) -> Result<bool>) -> Result<()> {
    let mut failed = 0;
    for file in files {
        if !look(file)? {
            failed += 1;
        }
    }
    if failed > 0 {
        bail!("{failed} of {} files need work", files.len());
    }
    Ok(())
}

fn check(coder: &Coder, path: &Path) -> Result<bool> {
    let problems = match Definition::parse(&config::read_input(path)?) {
        Ok(definition) => coder.check(&definition),
        Err(problems) => problems,
    };
    report(path, &problems)
}

/// Checks and runs the custom code of files, in child processes of this one.
struct Coder {
    codebox: Codebox,
}

impl Coder {
    /// Files belong to no account.
    const NOBODY: Id<Account> = Id::from_bytes([0; 16]);

    fn new() -> Self {
        Self { codebox: Codebox::new(code::Options::default()) }
    }

    fn check(&self, definition: &Definition) -> Vec<Problem> {
        let mut problems = validate(definition);
        problems.extend(wait(code::check(&self.codebox, Self::NOBODY, definition)));
        problems
    }

    fn answer(&self, request: &Request) -> Option<Outcome> {
        wait(code::run_for_test(&self.codebox, Self::NOBODY, request))
    }
}

/// Waits on a thread that has nothing else to do.
fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(future))
}

fn report(path: &Path, problems: &[Problem]) -> Result<bool> {
    for problem in problems {
        let kind = if problem.is_error() { "error" } else { "warning" };
        super::print(&format!("{}: {kind}: {problem}", path.display()))?;
    }
    let good = !problems.iter().any(Problem::is_error);
    if good {
        super::print(&format!("{}: ok", path.display()))?;
    }
    Ok(good)
}

/// Runs the tests of every file. A file that cannot run counts as one that failed.
fn test_all(tests: &Tests) -> Result<()> {
    let mut report = Report::default();
    let coder = Coder::new();
    let outcome = check_all(&tests.files.files, |path| test(&coder, path, &mut report));
    // CI wants the report most of all when something failed.
    if let Some(file) = &tests.junit {
        std::fs::write(file, report.to_xml()?).with_context(|| format!("cannot write {}", file.display()))?;
    }
    outcome
}

fn test(coder: &Coder, path: &Path, report: &mut Report) -> Result<bool> {
    let compiled = Definition::parse(&config::read_input(path)?).and_then(|definition| {
        let problems = coder.check(&definition);
        if problems.iter().any(Problem::is_error) { Err(problems) } else { Flow::compile(definition) }
    });
    let flow = match compiled {
        Ok(flow) => Arc::new(flow),
        Err(problems) => {
            report.refused(path, &problems);
            return self::report(path, &problems);
        }
    };
    let world = |request: &Request| coder.answer(request);
    let tests = flow.definition().tests.iter();
    let results: Vec<_> = tests.map(|test| run_test_in(&world, &Alone, &flow, test)).collect();
    for result in &results {
        let said = match &result.failure {
            None => "passed".to_owned(),
            Some(it) => format!("step {}: {}", it.step, it.message),
        };
        super::print(&format!("{}: {}: {said}", path.display(), result.name))?;
    }
    if results.is_empty() {
        super::print(&format!("{}: has no tests", path.display()))?;
    }
    let passed = results.iter().all(|result| result.passed);
    report.ran(path, results);
    Ok(passed)
}

impl Access {
    fn remote(self, file: &File) -> Result<Remote> {
        let server =
            self.server.or_else(|| file.server.clone()).unwrap_or("http://127.0.0.1:8080".to_owned());
        let token = self.api_token.map(Secret::new).or_else(|| file.api_token.clone());
        let token = token.ok_or_else(|| anyhow!("name an API token with --token or CHASQUI_API_TOKEN"))?;
        Remote::new(&server, Some(token))
    }
}

async fn save_all(upload: Upload, file: &File, publish: bool) -> Result<()> {
    let remote = upload.access.remote(file)?;
    let mut names = HashSet::new();
    for path in &upload.files.files {
        let definition =
            Definition::parse(&config::read_input(path)?).map_err(|problems| unreadable(path, &problems))?;
        if !names.insert(definition.name.clone()) {
            bail!("{}: another file has the name {} too", path.display(), definition.name);
        }
        save(&remote, &definition, publish).await.with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn unreadable(path: &Path, problems: &[Problem]) -> anyhow::Error {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    anyhow!("{}: {}", path.display(), lines.join("; "))
}

async fn save(remote: &Remote, definition: &Definition, publish: bool) -> Result<()> {
    let name = &definition.name;
    let definition = definition.to_json();
    let id = match find(remote, name).await? {
        None => {
            let made =
                remote.must(Method::POST, "/api/v1/bots", Some(&json!({ "definition": definition }))).await?;
            text(&made["id"])
        }
        Some(bot) => {
            let id = text(&bot["id"]);
            let body = json!({ "revision": bot["revision"], "definition": definition });
            remote.must(Method::PUT, &format!("/api/v1/bots/{id}/draft"), Some(&body)).await?;
            id
        }
    };
    if !publish {
        return super::print(&format!("{name}: draft saved ({id})"));
    }
    let answer = remote.call(Method::POST, &format!("/api/v1/bots/{id}/publish"), None).await?;
    if let Some(version) = answer.body["version"].as_i64() {
        return super::print(&format!("{name}: version {version} published ({id})"));
    }
    let problems = answer.body["problems"].as_array().into_iter().flatten();
    let lines: Vec<String> =
        problems.map(|it| format!("{}: {}", text(&it["node"]), text(&it["message"]))).collect();
    bail!("{name} was not published: {} {}", text(&answer.body["detail"]), lines.join("; "))
}

/// The bot of the account with this name or id.
async fn find(remote: &Remote, wanted: &str) -> Result<Option<Value>> {
    let mut found = Vec::new();
    let mut after = String::new();
    loop {
        let page = remote.must(Method::GET, &format!("/api/v1/bots?limit=200{after}"), None).await?;
        let bots = page["items"].as_array().into_iter().flatten();
        found.extend(bots.filter(|bot| bot["name"] == wanted || bot["id"] == wanted).cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    if found.len() > 1 {
        bail!("the account has {} bots with the name {wanted}: rename all but one", found.len());
    }
    Ok(found.pop())
}

async fn export(download: Download, file: &File) -> Result<()> {
    let remote = download.access.remote(file)?;
    let bot = find(&remote, &download.bot).await?;
    let id =
        text(&bot.with_context(|| format!("there is no bot with the name or id {}", download.bot))?["id"]);
    let path = match download.version {
        Some(version) => format!("/api/v1/bots/{id}/versions/{version}"),
        None => format!("/api/v1/bots/{id}/draft"),
    };
    let found = remote.must(Method::GET, &path, None).await?;
    if download.yaml {
        let definition = Definition::from_value(found["definition"].clone());
        let definition = definition.map_err(|problems| unreadable(Path::new(&download.bot), &problems))?;
        return super::print(definition.to_yaml().trim_end());
    }
    super::print(&serde_json::to_string_pretty(&found["definition"])?)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
