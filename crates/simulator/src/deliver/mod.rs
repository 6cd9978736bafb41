//! What Meta delivers: updates are made, put into bodies, signed and posted until somebody answers 200.

pub(crate) mod body;
pub(crate) mod escape;
pub(crate) mod handshake;
pub(crate) mod post;
pub(crate) mod queue;
pub(crate) mod status;
