//! A named attack and a class of them. A case says in words what it shows, and holds when the server did what it says.

use std::pin::Pin;
use std::sync::Arc;

use anyhow::Result;

use crate::ground::Ground;
use crate::server::Options;

/// Where an attack takes place.
pub type It = Arc<Ground>;

type Running = Pin<Box<dyn Future<Output = Result<()>>>>;

/// One attack.
pub struct Case {
    /// Told apart by it among all cases.
    pub name: String,
    /// What it shows when it holds, as a sentence without its full stop.
    pub shows: String,
    /// Too slow for the short form.
    pub is_long: bool,
    pub run: Box<dyn Fn(It) -> Running>,
}

/// Attacks of one kind, tried one after the other on one server.
pub struct Class {
    pub name: &'static str,
    pub about: &'static str,
    pub options: Options,
    pub cases: Vec<Case>,
}

/// An attack of the short form.
pub fn case<F>(name: impl Into<String>, shows: impl Into<String>, run: impl Fn(It) -> F + 'static) -> Case
where
    F: Future<Output = Result<()>> + 'static,
{
    let run: Box<dyn Fn(It) -> Running> = Box::new(move |it| Box::pin(run(it)));
    Case { name: name.into(), shows: shows.into(), is_long: false, run }
}

impl Case {
    /// Only tried when there is time.
    pub fn long(mut self) -> Self {
        self.is_long = true;
        self
    }
}

/// A class whose server runs as usual.
pub fn class(name: &'static str, about: &'static str, cases: Vec<Case>) -> Class {
    Class { name, about, options: Options::default(), cases }
}

impl Class {
    /// With a server that was started otherwise.
    pub fn on(mut self, options: Options) -> Self {
        self.options = options;
        self
    }
}
