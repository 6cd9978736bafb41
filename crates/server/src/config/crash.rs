//! Where the process is to die, in a build that can be told.

use std::env;

/// Arms the kill point that `CHASQUI_CRASH_AT` names, as in `K03:5`: at its fifth pass.
pub(crate) fn arm() {
    if let Ok(point) = env::var("CHASQUI_CRASH_AT") {
        chasqui_store::crash::arm(&point);
    }
}
