//! Custom code that wants out, or more than its share.

use std::time::Duration;

use anyhow::ensure;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::bots::echo;
use crate::case::{Case, Class, It, case, class as of};

/// What the first line of `/etc/passwd` holds, and no answer may.
const OUTSIDE: &[&str] = &["root:x", "CHASQUI", "chasqui.db", "PATH="];

fn program(name: &'static str, shows: &'static str, body: &'static str, fails: bool) -> Case {
    case(format!("code-{name}"), format!("code that {shows}"), move |it: It| async move {
        let bot = it.draft(&it.ana, echo()).await?;
        let lines: String = body.lines().map(|line| format!("    {line}\n")).collect();
        let code = format!("def __custom_fn__(variables):\n{lines}");
        let began = Instant::now();
        let tried = it
            .post(&it.ana, &format!("/bots/{bot}/code"), json!({ "code": code, "variables": { "n": 1 } }))
            .await?;
        let took = began.elapsed();
        tried.is(&[200, 422])?;
        ensure!(took < it.patience(Duration::from_millis(2500)), "took {took:?}");
        for word in OUTSIDE {
            ensure!(!tried.text.contains(word), "it sees {word}: {}", tried.short());
        }
        ensure!(
            !fails || tried.status == 422 || !tried.body["error"].is_null(),
            "it worked: {}",
            tried.short()
        );
        ensure!(tried.bytes.len() < 1024 * 1024, "{} bytes came back", tried.bytes.len());
        // The next run works.
        let after = it
            .post(
                &it.ana,
                &format!("/bots/{bot}/code"),
                json!({ "code": "def __custom_fn__(variables):\n    return 7" }),
            )
            .await?;
        ensure!(after.body["result"] == 7, "the next run: {}", after.short());
        Ok(())
    })
}

pub fn class() -> Class {
    let mut cases = vec![
        program("open", "opens a file fails", "return open('/etc/passwd').read()", true),
        program("import-os", "imports os fails", "import os\nreturn os.listdir('/')", true),
        program("import-socket", "imports socket fails", "import socket\nreturn socket.gethostname()", true),
        program(
            "import-subprocess",
            "starts a program fails",
            "import subprocess\nreturn subprocess.check_output('id')",
            true,
        ),
        program("import-builtin", "imports by __import__ fails", "return __import__('os').environ", true),
        program("import-ctypes", "calls C fails", "import ctypes\nreturn ctypes.CDLL(None).getpid()", true),
        program(
            "eval",
            "evaluates text fails or sees nothing",
            "return eval(\"__import__('os').environ\")",
            true,
        ),
        program(
            "exec",
            "runs text fails or sees nothing",
            "exec(\"import os; x = os.environ\")\nreturn str(x)",
            true,
        ),
        program(
            "classes",
            "climbs through classes reaches nothing",
            "return [c.__name__ for c in ().__class__.__base__.__subclasses__()]",
            true,
        ),
        program(
            "globals",
            "climbs through a function's globals reaches nothing",
            "return str(__custom_fn__.__globals__['__builtins__'])",
            true,
        ),
        program(
            "format",
            "reads attributes in a format reaches nothing",
            "return '{0.__class__.__mro__}'.format(variables)",
            false,
        ),
        program("endless", "goes in a circle ends in its time", "while True: pass", true),
        program("endless-deep", "calls itself for ever ends", "f = lambda n: f(n + 1)\nreturn f(0)", true),
        program(
            "memory-list",
            "fills a list ends at its memory",
            "a = []\nwhile True: a.append('x' * 100000)",
            true,
        ),
        program("memory-text", "doubles a text ends at its memory", "a = 'x'\nwhile True: a = a + a", true),
        program(
            "memory-once",
            "asks for 8 GB at once fails",
            "return len('x' * (8 * 1024 * 1024 * 1024))",
            true,
        ),
        program(
            "memory-range",
            "makes a list of a billion fails",
            "return len(list(range(1000000000)))",
            true,
        ),
        program(
            "power",
            "raises a number to a million fails or ends in time",
            "return len(str(9 ** 9999999))",
            true,
        ),
        program("shift", "shifts a number by a billion fails", "return 1 << 10000000000", true),
        program("sleep", "sleeps ends in its time", "import time\ntime.sleep(100)", true),
        program(
            "print",
            "prints without end ends in its time, and little of it is kept",
            "while True: print('x' * 1000)",
            true,
        ),
        program("result", "returns 50 MB fails", "return 'x' * 50000000", true),
        program(
            "result-deep",
            "returns something nested 10,000 deep fails",
            "a = []\nfor i in range(10000): a = [a]\nreturn a",
            true,
        ),
        program(
            "result-circle",
            "returns something that holds itself fails",
            "a = []\na.append(a)\nreturn a",
            true,
        ),
        program(
            "regex",
            "matches a pattern that backtracks ends in its time",
            "import re\nreturn bool(re.match('(a+)+$', 'a' * 40 + 'b'))",
            false,
        ),
        program("exit", "ends the interpreter fails alone", "raise SystemExit(0)", true),
        program(
            "exception",
            "raises an error of a megabyte fails with a bounded answer",
            "raise ValueError('x' * 1000000)",
            true,
        ),
        program(
            "source",
            "looks at variables named like its insides sees only variables",
            "return str(variables.get('__builtins__'))",
            false,
        ),
        program(
            "sort",
            "sorts by a function that changes the list ends",
            "a = list(range(1000))\na.sort(key=lambda x: a.append(x) or x)\nreturn 1",
            false,
        ),
        program("surrogate", "returns half a surrogate fails or is stored", "return '\\ud800'", false),
        program("nan", "returns no number fails", "return float('nan')", true),
    ];
    cases.extend([
        case(
            "code-others-run",
            "twenty endless runs of one account leave another account's runs working",
            |it: It| async move {
                let (anas, bens) = (it.draft(&it.ana, echo()).await?, it.draft(&it.ben, echo()).await?);
                let endless = |_| {
                    let (it, anas) = (std::sync::Arc::clone(&it), anas.clone());
                    async move {
                        it.post(
                            &it.ana,
                            &format!("/bots/{anas}/code"),
                            json!({ "code": "def __custom_fn__(v):\n    while True: pass" }),
                        )
                        .await
                    }
                };
                let all = futures::future::join_all((0..20).map(endless));
                let others = async {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    let mut longest = Duration::ZERO;
                    for _ in 0..3 {
                        let began = Instant::now();
                        let tried = it
                            .post(
                                &it.ben,
                                &format!("/bots/{bens}/code"),
                                json!({ "code": "def __custom_fn__(v):\n    return 7" }),
                            )
                            .await?;
                        ensure!(tried.body["result"] == 7, "{}", tried.short());
                        longest = longest.max(began.elapsed());
                    }
                    Ok(longest)
                };
                let (_, longest) = tokio::join!(all, others);
                let longest = longest?;
                ensure!(longest < it.patience(Duration::from_secs(5)), "Ben waited {longest:?}");
                Ok(())
            },
        ),
        case("code-too-long", "code of more than 64 KiB is refused", |it: It| async move {
            let bot = it.draft(&it.ana, echo()).await?;
            it.post(&it.ana, &format!("/bots/{bot}/code"), json!({ "code": "#".repeat(70_000) }))
                .await?
                .is(&[422])
        }),
        case(
            "code-deep-source",
            "code nested 5,000 deep is refused, and nothing dies",
            |it: It| async move {
                let bot = it.draft(&it.ana, echo()).await?;
                let code =
                    format!("def __custom_fn__(v):\n    return {}1{}", "(".repeat(5000), ")".repeat(5000));
                let tried = it.post(&it.ana, &format!("/bots/{bot}/code"), json!({ "code": code })).await?;
                ensure!(
                    tried.status == 422
                        || !tried.body["error"].is_null()
                        || tried.body["result"] != Value::Null,
                    "{}",
                    tried.short()
                );
                Ok(())
            },
        ),
    ]);
    of("custom code", "Programs that want out of their walls, or more time and memory than they have.", cases)
}
