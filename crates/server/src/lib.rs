//! HTTP, log-in, commands, configuration and the web pages: everything of the binary `chasqui` but its bots, which
//! belong to `chasqui-runtime`. What people do is in `office`; HTTP, the commands and the demo ask it.

mod address;
pub mod app;
pub mod cli;
pub mod config;
mod fleet;
pub mod http;
mod letter;
mod log;
mod measure;
mod office;
mod password;
mod phone;
mod setup_code;
mod starters;
mod token;
