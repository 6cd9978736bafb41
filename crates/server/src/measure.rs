//! Figures for Prometheus. One recorder a process, however many servers run in it.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Seconds. Meta asks for a median below 0.25 and wants 99 % below 1.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// The figures of this process as Prometheus text. Starts measuring when called first.
pub(crate) fn text() -> String {
    recorder().map(PrometheusHandle::render).unwrap_or_default()
}

/// Starts measuring, and clears up what was measured; to be called now and then.
pub(crate) fn tidy() {
    if let Some(recorder) = recorder() {
        recorder.run_upkeep();
    }
}

fn recorder() -> Option<&'static PrometheusHandle> {
    let install = || PrometheusBuilder::new().set_buckets(BUCKETS).ok()?.install_recorder().ok();
    RECORDER.get_or_init(install).as_ref()
}
