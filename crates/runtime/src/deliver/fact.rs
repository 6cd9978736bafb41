//! What delivering finds out about numbers and contacts. It is for others to act on: whoever sends knows nothing of them.

use std::pin::Pin;
use std::sync::Arc;

use chasqui_model::Id;
use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;
use chasqui_model::reason::Reason;

use crate::Inner;

/// Something that was found out while a message was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    /// The number cannot send. `code`: Meta's.
    NumberFailing { number: Id<Integration>, code: Option<i64>, why: Reason },
    /// Meta refused a message because of the number's access token.
    TokenRefused { number: Id<Integration> },
    /// The contact wants no marketing from the number.
    OptedOut { number: Id<Integration>, contact: Id<Contact> },
    /// A message went through, of a number that was failing or whose owner was told that messages wait.
    Works { number: Id<Integration> },
}

/// Acts on facts. It is done before the attempt that found them out is written down, so that a crash in between finds them
/// out once more.
pub(crate) type ActOn = for<'a> fn(&'a Arc<Inner>, Fact) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
