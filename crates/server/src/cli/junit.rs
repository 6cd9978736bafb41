//! Flow tests as a JUnit report, the form that CI servers read.

use std::fmt::Write;
use std::path::Path;

use chasqui_flow::{Problem, TestResult};

/// The results of several files.
#[derive(Debug, Default)]
pub(super) struct Report(Vec<Suite>);

#[derive(Debug)]
struct Suite {
    file: String,
    cases: Vec<Case>,
}

#[derive(Debug)]
struct Case {
    name: String,
    failure: Option<String>,
    transcript: String,
}

impl Report {
    /// Notes what came of a file's tests.
    pub(super) fn ran(&mut self, file: &Path, results: Vec<TestResult>) {
        let case = |result: TestResult| {
            let lines = result.transcript.iter().map(|line| match line.from {
                chasqui_flow::Speaker::Contact => format!("> {}", line.text),
                chasqui_flow::Speaker::Bot => format!("< {}", line.text),
            });
            Case {
                transcript: lines.collect::<Vec<_>>().join("\n"),
                failure: result.failure.map(|it| format!("step {}: {}", it.step, it.message)),
                name: result.name,
            }
        };
        self.0
            .push(Suite { file: file.display().to_string(), cases: results.into_iter().map(case).collect() });
    }

    /// Notes a file that cannot run.
    pub(super) fn refused(&mut self, file: &Path, problems: &[Problem]) {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let case = Case {
            name: "the bot can run".to_owned(),
            failure: Some(lines.join("\n")),
            transcript: String::new(),
        };
        self.0.push(Suite { file: file.display().to_string(), cases: vec![case] });
    }

    /// The report as XML.
    pub(super) fn to_xml(&self) -> String {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let failed = |cases: &[Case]| cases.iter().filter(|case| case.failure.is_some()).count();
        let (tests, failures) = self.0.iter().fold((0, 0), |(tests, failures), suite| {
            (tests + suite.cases.len(), failures + failed(&suite.cases))
        });
        let _ = writeln!(xml, "<testsuites tests=\"{tests}\" failures=\"{failures}\">");
        for Suite { file, cases } in &self.0 {
            let (name, tests, failures) = (escaped(file), cases.len(), failed(cases));
            let _ = writeln!(xml, "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\">");
            for case in cases {
                let _ = writeln!(xml, "    <testcase classname=\"{name}\" name=\"{}\">", escaped(&case.name));
                if let Some(failure) = &case.failure {
                    let first = failure.lines().next().unwrap_or_default();
                    let (first, all) = (escaped(first), escaped(failure));
                    let _ = writeln!(xml, "      <failure message=\"{first}\">{all}</failure>");
                }
                if !case.transcript.is_empty() {
                    let _ = writeln!(xml, "      <system-out>{}</system-out>", escaped(&case.transcript));
                }
                xml.push_str("    </testcase>\n");
            }
            xml.push_str("  </testsuite>\n");
        }
        xml.push_str("</testsuites>\n");
        xml
    }
}

/// Text that means nothing in XML, without the characters that XML cannot have.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_cannot_break_the_report() {
        let case =
            Case { name: "a \"<b>\"".into(), failure: Some("x & y\u{1}".into()), transcript: "> ]]>".into() };
        let report = Report(vec![Suite { file: "menu.json".into(), cases: vec![case] }]);
        let xml = report.to_xml();
        assert!(xml.contains("name=\"a &quot;&lt;b&gt;&quot;\""), "{xml}");
        assert!(xml.contains("<failure message=\"x &amp; y\u{fffd}\">"), "{xml}");
        assert!(xml.contains("<system-out>&gt; ]]&gt;</system-out>"), "{xml}");
        assert!(xml.contains("<testsuites tests=\"1\" failures=\"1\">"), "{xml}");
    }
}
