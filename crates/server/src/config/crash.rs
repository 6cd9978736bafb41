//! Where the process is to die, in a build that can be told.

use std::env;

/// Arms the kill point that `CHASQUI_CRASH_AT` names, as in `K03:5`: at its fifth pass. With `CHASQUI_NEXT_VERSION=1` the
/// process is the next version, which has one migration more.
pub(crate) fn arm() {
    if let Ok(point) = env::var("CHASQUI_CRASH_AT") {
        chasqui_store::crash::arm(&point);
    }
    if env::var("CHASQUI_NEXT_VERSION").is_ok_and(|next| next == "1") {
        chasqui_store::crash::be_next_version();
    }
}
