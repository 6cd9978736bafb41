//! Custom code of bots: run by the codebox, in the words of the engine.

use chasqui_codebox::{Answer, Codebox, Run, Trouble, TroubleKind};
use chasqui_flow::{CallError, CallErrorKind, CodeAnswer, CodeRequest};
use chasqui_model::Id;
use chasqui_model::account::Account;

/// Runs code in the name of an account.
pub(crate) async fn run(
    codebox: &Codebox,
    account: Id<Account>,
    request: &CodeRequest,
) -> Result<CodeAnswer, CallError> {
    let run = Run {
        code: request.code.clone(),
        variables: request.variables.clone(),
        now: request.now,
        utc_offset_seconds: request.utc_offset_seconds,
    };
    match codebox.run(account, run).await {
        Ok(Answer { result, changed, removed, printed }) => {
            metrics::counter!("chasqui_code_runs_total", "outcome" => "ok").increment(1);
            Ok(CodeAnswer { result, changed, removed, printed })
        }
        Err(Trouble { kind, message }) => {
            metrics::counter!("chasqui_code_runs_total", "outcome" => name(kind)).increment(1);
            Err(CallError { kind: judge(kind), message })
        }
    }
}

/// What came of it, without content.
pub(super) fn describe(answer: &CodeAnswer) -> String {
    match answer.changed.len() + answer.removed.len() {
        0 => "done".to_owned(),
        1 => "done, 1 variable changed".to_owned(),
        count => format!("done, {count} variables changed"),
    }
}

const fn judge(kind: TroubleKind) -> CallErrorKind {
    match kind {
        TroubleKind::Time => CallErrorKind::Timeout,
        TroubleKind::Memory => CallErrorKind::TooLarge,
        TroubleKind::Forbidden => CallErrorKind::Blocked,
        TroubleKind::Unavailable => CallErrorKind::Refused,
        TroubleKind::Code | TroubleKind::Raised | TroubleKind::Result | TroubleKind::Crash => {
            CallErrorKind::Invalid
        }
    }
}

const fn name(kind: TroubleKind) -> &'static str {
    match kind {
        TroubleKind::Code => "code",
        TroubleKind::Raised => "raised",
        TroubleKind::Forbidden => "forbidden",
        TroubleKind::Time => "time",
        TroubleKind::Memory => "memory",
        TroubleKind::Result => "result",
        TroubleKind::Crash => "crash",
        TroubleKind::Unavailable => "unavailable",
    }
}
