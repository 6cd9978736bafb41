//! Figures and what they are held against.

use serde::Serialize;

/// Something that was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// What it is, with its unit.
    pub name: &'static str,
    /// The median of the runs.
    pub value: f64,
    /// Each run.
    pub runs: Vec<f64>,
    /// What it must reach, and what we would like.
    pub target: Option<Target>,
}

/// What a figure is held against.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Target {
    /// It must be at least as good.
    pub floor: f64,
    /// It should be.
    pub aim: Option<f64>,
    /// Whether more is better.
    pub more_is_better: bool,
}

impl Target {
    /// At least so much.
    pub const fn at_least(floor: f64, aim: Option<f64>) -> Self {
        Self { floor, aim, more_is_better: true }
    }

    /// At most so much.
    pub const fn at_most(floor: f64, aim: Option<f64>) -> Self {
        Self { floor, aim, more_is_better: false }
    }

    fn reaches(self, value: f64, goal: f64) -> bool {
        if self.more_is_better { value >= goal } else { value <= goal }
    }
}

impl Figure {
    /// One run's.
    pub fn new(name: &'static str, value: f64) -> Self {
        Self { name, value, runs: vec![value], target: None }
    }

    /// Holds it against something.
    pub fn against(self, target: Target) -> Self {
        Self { target: Some(target), ..self }
    }

    /// How many times as good as its floor; 1 is just enough. `None` without a floor, and where the floor is "none at all".
    pub fn ratio(&self) -> Option<f64> {
        let target = self.target.filter(|target| target.floor > 0.0)?;
        let (better, worse) =
            if target.more_is_better { (self.value, target.floor) } else { (target.floor, self.value) };
        (worse > 0.0).then_some(better / worse)
    }

    /// How it compares: reaches its aim, its floor, or misses.
    pub fn mark(&self) -> &'static str {
        match self.target {
            None => "",
            Some(target) if !target.reaches(self.value, target.floor) => "missed",
            Some(Target { aim: Some(aim), .. })
                if self.target.is_some_and(|it| it.reaches(self.value, aim)) =>
            {
                "aim"
            }
            Some(_) => "met",
        }
    }

    /// The same figures of several runs, each with its median.
    pub fn median(runs: &[Vec<Self>]) -> Vec<Self> {
        let Some(first) = runs.first() else { return Vec::new() };
        first
            .iter()
            .map(|figure| {
                let mut values: Vec<f64> = runs
                    .iter()
                    .flatten()
                    .filter(|other| other.name == figure.name)
                    .map(|other| other.value)
                    .collect();
                let in_order = values.clone();
                values.sort_by(f64::total_cmp);
                Self { value: values[values.len() / 2], runs: in_order, ..figure.clone() }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_run_counts() {
        let run = |value| vec![Figure::new("x", value).against(Target::at_most(5.0, Some(2.0)))];
        let figures = Figure::median(&[run(9.0), run(1.0), run(4.0)]);
        assert_eq!((figures[0].value, figures[0].runs.clone()), (4.0, vec![9.0, 1.0, 4.0]));
        assert_eq!((figures[0].mark(), figures[0].ratio()), ("met", Some(1.25)));
        assert_eq!(Figure { value: 2.0, ..figures[0].clone() }.mark(), "aim");
        let none = Target::at_most(0.0, None);
        assert_eq!(Figure::new("lost", 0.0).against(none).mark(), "met");
        assert_eq!(Figure::new("lost", 1.0).against(none).mark(), "missed");
        assert_eq!(Figure::new("per second", 8.0).against(Target::at_least(4.0, None)).ratio(), Some(2.0));
        assert_eq!(Figure { value: 6.0, ..figures[0].clone() }.mark(), "missed");
    }
}
