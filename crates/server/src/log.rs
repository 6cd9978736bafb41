//! What the process says about itself. Ids only: no message text, no phone numbers, no tokens, no addresses with queries.

use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// One JSON object a line on the standard output, for machines.
    Json,
    /// Words on the standard error, for people.
    Text,
}

/// Starts logging. Later calls change nothing.
pub(crate) fn start(style: Style, filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        anyhow::anyhow!("--log is not a filter such as info or chasqui_runtime=debug: {error}")
    })?;
    // A line that cannot be written, on a full disk say, is lost. To complain about it would be written to the same
    // place, and fail as a panic.
    let builder = tracing_subscriber::fmt().with_env_filter(filter).log_internal_errors(false);
    // An error means that somebody was here before.
    let _ = match style {
        Style::Json => builder.json().flatten_event(true).with_current_span(false).try_init(),
        Style::Text => builder.with_writer(std::io::stderr).with_target(false).compact().try_init(),
    };
    std::panic::set_hook(Box::new(|panic| {
        // The message of a panic may hold anything; the place does not.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a task panicked");
    }));
    Ok(())
}
