//! The list of the attacks, as it stands in the documentation.

use std::fmt::Write as _;

use crate::case::Class;

const HEAD: &str = "\
# Attacks

What is tried against every build, by name: the real binary on real sockets, a server of its own for each class, the
simulator as Meta. After each attack the server must live and answer. `cargo xtask docs` writes this page.

```
cargo xtask attacks                   # all, on the release build
cargo xtask attacks --short           # the quick ones, on the development build; a step of `cargo xtask test`
cargo xtask attacks signatures        # a class, or whatever has this in its name
```

The table that a run prints says of each whether it held; its last line is `N held, M failed`.
";

/// The whole page.
pub fn list(classes: &[Class]) -> String {
    let mut page = HEAD.to_owned();
    let count: usize = classes.iter().map(|it| it.cases.len()).sum();
    let long = classes.iter().flat_map(|it| &it.cases).filter(|it| it.is_long).count();
    let _ = writeln!(
        page,
        "\n{count} attacks in {} classes; {} of them in the short form.",
        classes.len(),
        count - long
    );
    for class in classes {
        let _ = writeln!(
            page,
            "\n## {}\n\n{}\n\n| attack | what it shows |\n| --- | --- |",
            class.name, class.about
        );
        for case in &class.cases {
            let long = if case.is_long { " (long form)" } else { "" };
            let _ = writeln!(page, "| `{}` | {}{long} |", case.name, case.shows.replace('|', "\\|"));
        }
    }
    page
}
