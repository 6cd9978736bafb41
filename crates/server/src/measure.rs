//! Figures for Prometheus. One recorder a process, however many servers run in it.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// The figures of this process as Prometheus text. Starts measuring when called first.
pub(crate) fn text() -> String {
    match RECORDER.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()) {
        Some(recorder) => recorder.render(),
        None => String::new(),
    }
}

/// Starts measuring.
pub(crate) fn start() {
    let _ = text();
}
