//! Lists, page by page.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::Problem;

/// Most items of a page.
const MOST: u32 = 200;
/// Items of a page when nobody says how many.
const USUAL: u32 = 50;

/// Which page.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// How many items at most: 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub(crate) limit: Option<u32>,
    /// What the page before gave as `next`.
    pub(crate) after: Option<String>,
}

impl Page {
    /// How many items to show.
    pub(crate) fn limit(&self) -> Result<u32, Problem> {
        match self.limit {
            None => Ok(USUAL),
            Some(limit) if (1..=MOST).contains(&limit) => Ok(limit),
            Some(_) => Err(bad(format!("`limit` is a number from 1 to {MOST}."))),
        }
    }

    /// How many items to ask for: one more than is shown tells whether there is another page.
    pub(crate) fn fetch(&self) -> Result<u32, Problem> {
        Ok(self.limit()? + 1)
    }

    /// Where the page begins.
    pub(crate) fn after<T: std::str::FromStr>(&self) -> Result<Option<T>, Problem> {
        let wrong = || bad("`after` is not what a list gave as `next`.".into());
        self.after.as_ref().map(|after| after.parse().map_err(|_| wrong())).transpose()
    }
}

fn bad(detail: String) -> Problem {
    Problem::new(axum::http::StatusCode::BAD_REQUEST, "bad_query", detail)
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// What to ask for as `after` to get the next page; null on the last one.
    pub(crate) next: Option<String>,
}

impl<T> List<T> {
    /// A page of what was fetched with [`Page::fetch`]; `cursor` says where the page after an item begins.
    pub(crate) fn new<R>(
        page: &Page,
        mut rows: Vec<R>,
        cursor: impl Fn(&R) -> String,
        view: impl Fn(R) -> T,
    ) -> Result<Self, Problem> {
        let limit = usize::try_from(page.limit()?).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(cursor) } else { None };
        Ok(Self { items: rows.into_iter().map(view).collect(), next })
    }
}
