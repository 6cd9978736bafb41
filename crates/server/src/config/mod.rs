//! Options: flags, `CHASQUI_*` variables and `chasqui.toml`, in this order of precedence. The only place of the product
//! that reads the environment and files of its operator.

#[cfg(feature = "crash-points")]
mod crash;
mod file;
mod key;
mod mail;
mod serve;

#[cfg(feature = "crash-points")]
pub(crate) use crash::{arm as arm_kill_point, clock};
pub use file::{File, read_input};
pub use key::vault;
pub(crate) use key::{
    FILE as KEY_FILE, Keys, given_keys, kept as kept_keys, replace as replace_keys, with_fresh, write_private,
};
pub use mail::mail;
pub(crate) use serve::{DATABASE, MEDIA, web_address};
pub use serve::{Role, Serve, ServeOptions};
