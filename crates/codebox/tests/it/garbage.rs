//! Garbage is answered, not suffered: no code stops the server, and the next run works.

use serde_json::json;

use crate::{account, function, patient, run};

/// The pieces that garbage is made of.
const PIECES: &[&str] = &[
    "def ",
    "__custom_fn__",
    "(variables)",
    ":\n",
    "    ",
    "return ",
    "x",
    "=",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "'",
    "\"\"\"",
    "f'",
    "\\",
    "\n",
    "\t",
    ",",
    ".",
    "**",
    "%",
    "lambda ",
    "for ",
    " in ",
    "if ",
    "else ",
    "try:",
    "except ",
    "import ",
    "os",
    "class ",
    "del ",
    "yield",
    "await ",
    "round(",
    "map(",
    "1",
    "1e999",
    "0x",
    "None",
    "@",
    "->",
    ":=",
    "*",
    "é",
    "\u{202e}",
    "😀",
    "\0",
    "#",
    "global ",
    "with ",
    "match ",
    "async ",
    "while True:",
    "not ",
    "~",
    "`",
    "$",
    "?",
    "\u{feff}",
    "\r",
];

/// A generator that gives the same every time (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(sides).unwrap()).unwrap()
    }

    fn pieces(&mut self, most: usize) -> String {
        (0..self.roll(most)).map(|_| PIECES[self.roll(PIECES.len())]).collect()
    }
}

#[tokio::test]
async fn garbage_gets_an_answer_and_the_next_run_works() {
    let codebox = patient();
    let mut dice = Dice(1);
    for round in 0..600 {
        let body = dice.pieces(20);
        let code = match round % 3 {
            0 => body,
            1 => function(&body),
            _ => format!("def __custom_fn__(variables):\n    return {body}\n{}", dice.pieces(10)),
        };
        // Whatever it is: something that can be said.
        let flaw =
            codebox.check(account(1), code.clone()).await.unwrap_or_else(|it| panic!("{code:?}: {it}"));
        if let Some(flaw) = flaw {
            assert!(!flaw.message.is_empty() && flaw.line >= 1, "{code:?}: {flaw:?}");
        }
        // An endless one would only take its time.
        if !code.contains("while True") {
            let _ = run(&codebox, &code, json!({ "x": 1 })).await;
        }
    }
    assert_eq!(run(&codebox, &function("return 7"), json!({})).await.unwrap().result, json!(7));
}

#[tokio::test]
async fn code_that_is_nested_without_end_is_refused_or_ends_its_child_only() {
    let codebox = patient();
    for code in [
        format!("x = {}{}\n", "[".repeat(50_000), "]".repeat(50_000)),
        format!("x = {}1\n", "-".repeat(50_000)),
        format!("x = {}\n", vec!["1"; 50_000].join("+")),
        format!("x = a{}\n", ".b".repeat(50_000)),
        format!("x = {}1{}\n", "f(".repeat(50_000), ")".repeat(50_000)),
        (0..5_000).fold(String::new(), |code, depth| code + &" ".repeat(depth) + "if x:\n"),
    ] {
        let code = code + &function("return 1");
        let _ = codebox.check(account(1), code).await;
        assert_eq!(run(&codebox, &function("return 7"), json!({})).await.unwrap().result, json!(7));
    }
}
