//! What is printed and written about the figures.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde_json::json;

use super::figure::{Figure, Target};
use super::meter::LAWS;
use crate::page;

const MARKS: page::Marks =
    page::Marks { start: "<!-- figures: written by `cargo xtask bench` -->", end: "<!-- end of figures -->" };

/// A scenario and its figures.
#[derive(Debug, Serialize)]
pub struct Measured {
    /// Its name.
    pub scenario: String,
    /// What it does.
    pub about: String,
    /// What came out.
    pub figures: Vec<Figure>,
}

/// The figures that matter most while it runs, on one line.
pub fn line(figures: &[Figure]) -> String {
    let shown = figures
        .iter()
        .filter(|figure| figure.target.is_some() || figure.value == 0.0 || figure.name.contains("/s"));
    let shown =
        shown.filter(|figure| figure.target.is_none_or(|target| target.floor > 0.0) || figure.value > 0.0);
    shown.map(|figure| format!("{} {}", number(figure.value), figure.name)).collect::<Vec<_>>().join(" · ")
}

/// What is held against something, in one table; then a table for each scenario.
pub fn tables(measured: &[Measured]) -> String {
    let mut text = summary(measured);
    for Measured { scenario, about, figures } in measured {
        // Writing to memory does not fail.
        let _ = write!(
            text,
            "### {scenario}\n\n{about}.\n\n| figure | median | runs | floor | aim | |\n| --- | --- | --- | --- | --- | --- |\n"
        );
        for figure in figures {
            let runs: Vec<String> = figure.runs.iter().map(|value| number(*value)).collect();
            let (floor, aim) = figure.target.map_or_else(Default::default, goals);
            let _ = writeln!(
                text,
                "| {} | {} | {} | {floor} | {aim} | {} |",
                figure.name,
                number(figure.value),
                runs.join(", "),
                figure.mark()
            );
        }
        text.push('\n');
    }
    text
}

fn summary(measured: &[Measured]) -> String {
    let mut text = "### What must hold\n\n| scenario | figure | median | floor | aim | times the floor | |\n\
                    | --- | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for Measured { scenario, figures, .. } in measured {
        for figure in figures {
            // What must not happen at all has a line only when it did.
            let Some(target) = figure.target.filter(|target| target.floor > 0.0 || figure.value > 0.0) else {
                continue;
            };
            let (floor, aim) = goals(target);
            let ratio = figure.ratio().map(number).unwrap_or_default();
            let _ = writeln!(
                text,
                "| {scenario} | {} | {} | {floor} | {aim} | {ratio} | {} |",
                figure.name,
                number(figure.value),
                figure.mark()
            );
        }
    }
    let broken: f64 = LAWS.iter().flat_map(|law| values(measured, law)).sum();
    let judged = measured.iter().filter(|it| it.figures.iter().any(|figure| figure.name == LAWS[0])).count();
    let _ = writeln!(text, "\nThe ledger found {broken:.0} breaches of its laws in {judged} scenarios.\n");
    text
}

fn values<'a>(measured: &'a [Measured], name: &'a str) -> impl Iterator<Item = f64> + 'a {
    let figures = measured.iter().flat_map(|it| &it.figures).filter(move |figure| figure.name == name);
    figures.flat_map(|figure| figure.runs.iter().copied())
}

fn goals(target: Target) -> (String, String) {
    let sign = if target.more_is_better { "≥" } else { "≤" };
    let goal = |value| format!("{sign} {}", number(value));
    (goal(target.floor), target.aim.map(goal).unwrap_or_default())
}

/// Three digits are as many as a repetition confirms.
fn number(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value if value >= 1.0 => format!("{value:.2}"),
        value => format!("{value:.3}"),
    }
}

/// Writes the figures for programs.
pub fn write_json(path: &Path, about: &[String], measured: &[Measured]) -> Result<()> {
    let text = serde_json::to_string_pretty(&json!({ "about": about, "scenarios": measured }))?;
    fs::write(path, text).with_context(|| path.display().to_string())
}

/// Writes the tables into the page, in the place of the earlier ones.
pub fn write_tables(path: &Path, about: &[String], measured: &[Measured]) -> Result<()> {
    page::write(path, &MARKS, about, &tables(measured))
}

/// Fails when a figure misses its floor.
pub fn judge(measured: &[Measured]) -> Result<()> {
    let figures = || measured.iter().flat_map(|it| &it.figures).filter(|figure| figure.target.is_some());
    let missed: Vec<_> =
        figures().filter(|figure| figure.mark() == "missed").map(|figure| figure.name).collect();
    println!("{} of {} targets reached", figures().count() - missed.len(), figures().count());
    if !missed.is_empty() {
        bail!("missed: {}", missed.join("; "));
    }
    Ok(())
}
