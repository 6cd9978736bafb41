//! What is not understood is refused before it runs, with its line.

use serde_json::json;

use crate::{account, function, patient, run};

/// Code, the line of the flaw, and a part of the reason.
const CASES: &[(&str, u32, &str)] = &[
    ("", 1, "no function `__custom_fn__(variables)`"),
    ("def other(variables): pass", 1, "no function `__custom_fn__(variables)`"),
    ("x = 1\n\ndef __custom_fn__(): pass", 3, "takes one argument"),
    ("def __custom_fn__(a, b): pass", 1, "takes one argument"),
    ("def __custom_fn__(a, *, b): pass", 1, "takes one argument"),
    ("async def __custom_fn__(a): pass", 1, "async"),
    ("def __custom_fn__(variables):\n    return (1", 2, "expected"),
    ("def __custom_fn__(variables)\n    return 1", 1, "expected"),
    ("def __custom_fn__(variables):\n    x = 1\n   return x", 3, "indent"),
    ("def __custom_fn__(variables):\n    return 'a", 2, "string"),
    ("def __custom_fn__(variables):\n    a = 1\n    return '%d' % a", 3, "not formatted with `%`"),
    ("def __custom_fn__(variables):\n    return f'{1}%s' % 2", 2, "not formatted with `%`"),
    ("def __custom_fn__(variables):\n    yield 1", 2, "`yield` is not understood"),
    ("def __custom_fn__(variables):\n    yield from []", 2, "`yield` is not understood"),
    ("def __custom_fn__(variables):\n    return 'ß'.casefold()", 2, "use .lower()"),
    ("def __custom_fn__(variables):\n    return 'a'.center(4)", 2, "{text:^20}"),
    ("def __custom_fn__(variables):\n    a = 1\n    del a", 3, "`del` is understood for one element only"),
    (
        "def __custom_fn__(variables):\n    match 1:\n        case 1: pass",
        2,
        "not understood here: pattern matching",
    ),
    ("class A(dict): pass\ndef __custom_fn__(variables): pass", 1, "not understood here: class inheritance"),
];

#[tokio::test]
async fn code_that_is_not_understood_is_refused_with_its_line() {
    let codebox = patient();
    for (code, line, reason) in CASES {
        let flaw = codebox.check(account(1), (*code).to_owned()).await.unwrap();
        let flaw = flaw.unwrap_or_else(|| panic!("nothing is said of {code:?}"));
        assert!(flaw.message.to_lowercase().contains(&reason.to_lowercase()), "{code:?}: {flaw:?}");
        assert_eq!(flaw.line, *line, "{code:?}: {flaw:?}");
        let trouble = run(&codebox, code, json!({})).await.expect_err(code);
        assert_eq!(trouble.message, format!("line {line}: {}", flaw.message));
    }
}

#[tokio::test]
async fn nothing_is_said_of_code_that_can_run() {
    let code = function("return [n for n in range(3)]");
    assert_eq!(patient().check(account(1), code).await.unwrap(), None);
}

#[tokio::test]
async fn code_cannot_reach_what_is_put_around_it() {
    let codebox = patient();
    for code in [
        "def __custom_fn__(variables):\n    return 1\n'''",
        "def __custom_fn__(variables):\n    return 1\n(",
        "def __custom_fn__(variables):\n    return 1\n\\",
        "def __custom_fn__(variables):\n    return 1\nif True:",
    ] {
        assert!(codebox.check(account(1), code.to_owned()).await.unwrap().is_some(), "{code:?}");
    }
    let code = "def __custom_fn__(variables):\n    return 1\n__custom_fn__ = lambda variables: 2\n# end";
    assert_eq!(run(&codebox, code, json!({})).await.unwrap().result, json!(2));
}
