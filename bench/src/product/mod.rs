//! The server under test, as a person would run it: the binary, its options, its HTTP API. Nothing of its insides.

mod api;
mod bot;
mod measure;
mod process;

pub use api::Api;
pub use bot::Bot;
pub use measure::{Usage, cpu_of_threads, usage, usage_of_self, usage_with_children};
pub use process::{Product, Running};

/// Stores what was found, in the order of `Meta::numbers`: an integration for each number, all with the same bots.
pub async fn connect(api: &Api, meta: &crate::meta::Meta, bots: &[Bot]) -> anyhow::Result<()> {
    let mut ids = Vec::new();
    for bot in bots {
        ids.push(api.publish(bot).await?);
    }
    for number in &meta.numbers {
        api.connect(number, &ids[number.index % ids.len()]).await?;
    }
    Ok(())
}
