//! Marketing goes to nobody who wants none.

use chasqui_model::Id;
use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;
use chasqui_model::state::TemplateCategory;
use chasqui_store::noun::template::Template;
use chasqui_store::{Error, Store};

/// Meta's code for a person who stopped a business's marketing.
/// <https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>
pub(crate) const NO_MARKETING: i64 = 131_050;

/// Whether a template is marketing for somebody who wants none, and the number's owner respects that.
pub(crate) async fn is_unwanted(
    store: &Store,
    it: &Integration,
    contact: Id<Contact>,
    template: Option<&Template>,
) -> Result<bool, Error> {
    let marketing = template.is_some_and(|known| known.category == TemplateCategory::Marketing);
    let respects = it.settings.respect_opt_out;
    Ok(marketing && respects && store.opted_out(it.id, contact).await?.is_some())
}
