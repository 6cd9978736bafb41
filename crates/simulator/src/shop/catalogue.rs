//! What the shop sells, and how much of it is there.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Language, not_found};
use crate::meta::Meta;

#[derive(Debug)]
pub(super) struct Product {
    pub(super) id: &'static str,
    /// In English and German.
    name: [&'static str; 2],
    about: [&'static str; 2],
    pub(super) price: u64,
    pub(super) stock: u64,
}

#[derive(Debug)]
pub(super) struct Catalogue(Vec<Product>);

impl Default for Catalogue {
    fn default() -> Self {
        let product = |id, price, stock, name, about| Product { id, name, about, price, stock };
        Self(vec![
            product(
                "scarf",
                49,
                12,
                ["Alpaca scarf", "Alpakaschal"],
                ["Soft, 180 cm long", "Weich, 180 cm lang"],
            ),
            product("hat", 35, 8, ["Alpaca hat", "Alpakamütze"], ["Warm, one size", "Warm, eine Größe"]),
            product(
                "blanket",
                129,
                3,
                ["Alpaca blanket", "Alpakadecke"],
                ["130 by 180 cm", "130 mal 180 cm"],
            ),
            product(
                "socks",
                19,
                40,
                ["Alpaca socks", "Alpakasocken"],
                ["Sizes 36 to 45", "Größen 36 bis 45"],
            ),
            product(
                "bowl",
                59,
                5,
                ["Oak bowl", "Eichenschale"],
                ["Turned by hand, 24 cm", "Von Hand gedrechselt, 24 cm"],
            ),
            product(
                "board",
                45,
                2,
                ["Oak chopping board", "Schneidebrett aus Eiche"],
                ["40 by 25 cm, oiled", "40 mal 25 cm, geölt"],
            ),
        ])
    }
}

impl Catalogue {
    pub(super) fn product(&mut self, id: &str) -> Option<&mut Product> {
        self.0.iter_mut().find(|product| product.id == id)
    }

    /// By its id, or by its name in any language.
    fn find(&self, wanted: &str) -> Option<&Product> {
        let wanted = wanted.trim().to_lowercase();
        let is = |name: &str| name.to_lowercase() == wanted;
        self.0.iter().find(|product| is(product.id) || product.name.iter().any(|name| is(name)))
    }
}

impl Product {
    fn view(&self, language: &str) -> Value {
        let index = usize::from(language == "de");
        let (name, about) = (self.name[index], self.about[index]);
        json!({ "id": self.id, "name": name, "about": about, "price": self.price, "stock": self.stock })
    }
}

/// What is there to be bought.
pub(super) async fn list(State(meta): State<Arc<Meta>>, Query(asked): Query<Language>) -> Json<Value> {
    let items = meta.with(|world| {
        let there = world.shop.catalogue.0.iter().filter(|product| product.stock > 0);
        there.map(|product| product.view(&asked.language)).collect::<Vec<_>>()
    });
    Json(json!({ "items": items }))
}

/// One product, by its name or id; not found when none is left.
pub(super) async fn one(
    State(meta): State<Arc<Meta>>,
    Path(name): Path<String>,
    Query(asked): Query<Language>,
) -> Response {
    let found = meta.with(|world| {
        let product = world.shop.catalogue.find(&name).filter(|product| product.stock > 0);
        product.map(|product| product.view(&asked.language))
    });
    found.map_or_else(not_found, |product| Json(product).into_response())
}
