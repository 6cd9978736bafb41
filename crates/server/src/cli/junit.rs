//! Flow tests as a JUnit report, the form that CI servers read.

use std::path::Path;

use chasqui_flow::{Problem, Speaker, TestResult};
use quick_junit::{NonSuccessKind, SerializeError, TestCase, TestCaseStatus, TestSuite};

/// The results of several files.
#[derive(Debug)]
pub(super) struct Report(quick_junit::Report);

impl Default for Report {
    fn default() -> Self {
        Self(quick_junit::Report::new("chasqui bot test"))
    }
}

impl Report {
    /// Notes what came of a file's tests.
    pub(super) fn ran(&mut self, file: &Path, results: Vec<TestResult>) {
        let file = file.display().to_string();
        let mut suite = TestSuite::new(file.clone());
        for result in results {
            let failure = result.failure.map(|it| format!("step {}: {}", it.step, it.message));
            let mut case = case(&file, &result.name, failure);
            let lines = result.transcript.iter().map(|line| match line.from {
                Speaker::Contact => format!("> {}", line.text),
                Speaker::Bot => format!("< {}", line.text),
            });
            let transcript = lines.collect::<Vec<_>>().join("\n");
            if !transcript.is_empty() {
                case.set_system_out(plain(&transcript));
            }
            suite.add_test_case(case);
        }
        self.0.add_test_suite(suite);
    }

    /// Notes a file that cannot run.
    pub(super) fn refused(&mut self, file: &Path, problems: &[Problem]) {
        let file = file.display().to_string();
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let mut suite = TestSuite::new(file.clone());
        suite.add_test_case(case(&file, "the bot can run", Some(lines.join("\n"))));
        self.0.add_test_suite(suite);
    }

    /// The report as XML.
    pub(super) fn to_xml(&self) -> Result<String, SerializeError> {
        self.0.to_string()
    }
}

/// A test of a file, which went well unless there is a failure.
fn case(file: &str, name: &str, failure: Option<String>) -> TestCase {
    let status = match failure {
        None => TestCaseStatus::success(),
        Some(failure) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let failure = plain(&failure);
            status.set_message(failure.lines().next().unwrap_or_default());
            status.set_description(failure);
            status
        }
    };
    let mut case = TestCase::new(plain(name), status);
    case.set_classname(file);
    case
}

/// Without the two characters that XML cannot have and the library lets through.
fn plain(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use chasqui_flow::{Line, TestFailure};

    use super::*;

    #[test]
    fn what_was_said_cannot_break_the_report() {
        let result = TestResult {
            name: "a \"<b>\"".into(),
            passed: false,
            failure: Some(TestFailure { step: 2, message: "x & y\u{1}".into() }),
            transcript: vec![Line { from: Speaker::Contact, text: "]]>\u{fffe}".into() }],
        };
        let mut report = Report::default();
        report.ran(Path::new("menu.json"), vec![result]);
        let xml = report.to_xml().unwrap();
        assert!(xml.contains("name=\"a &quot;&lt;b&gt;&quot;\" classname=\"menu.json\""), "{xml}");
        assert!(xml.contains("<failure message=\"step 2: x &amp; y\">"), "{xml}");
        assert!(xml.contains("<system-out>&gt; ]]&gt;\u{fffd}</system-out>"), "{xml}");
        assert!(xml.contains("tests=\"1\" skipped=\"0\" failures=\"1\""), "{xml}");
    }
}
