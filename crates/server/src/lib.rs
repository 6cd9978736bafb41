//! HTTP, log-in, commands, configuration and the web pages: everything of the binary `chasqui` but its bots, which
//! belong to `chasqui-runtime`.

pub mod app;
pub mod cli;
pub mod config;
mod fleet;
mod heavy;
pub mod http;
mod letter;
mod log;
mod measure;
mod mentions;
mod password;
mod quota;
mod rehearsals;
mod setup_code;
mod starters;
