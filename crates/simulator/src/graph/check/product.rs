//! Products: one, a list, the whole catalogue.

use serde_json::Value;

use super::choice::sections;
use super::interactive::{ACTION, counted, named};
use super::{Refusal, optional, required};

/// Products of all sections together.
const PRODUCTS: usize = 30;

pub(super) fn one(request: &Value) -> Result<(), Refusal> {
    required(request, "/interactive/action/catalog_id", 64)?;
    required(request, "/interactive/action/product_retailer_id", 256).map(drop)
}

pub(super) fn list(request: &Value) -> Result<(), Refusal> {
    if request["interactive"]["header"].is_null() {
        return Err(Refusal::missing("interactive.header"));
    }
    required(request, "/interactive/action/catalog_id", 64)?;
    let mut products = 0;
    for index in 0..sections(request, "rows")? {
        let section = format!("{ACTION}/sections/{index}/product_items");
        let count = counted(request, &section, PRODUCTS)?;
        products += count;
        for index in 0..count {
            required(request, &format!("{section}/{index}/product_retailer_id"), 256)?;
        }
    }
    if products > PRODUCTS {
        let why = format!("have {products} products, {PRODUCTS} are allowed");
        return Err(Refusal::invalid("interactive.action.sections", &why));
    }
    Ok(())
}

pub(super) fn catalogue(request: &Value) -> Result<(), Refusal> {
    named(request, "catalog_message")?;
    optional(request, &format!("{ACTION}/parameters/thumbnail_product_retailer_id"), 256).map(drop)
}
