//! Connecting a webhook in Meta's strict order: the app, the business account, the number. Meta calls us while our call
//! is open; the handshake is answered by this very process.

use std::sync::Arc;

use chasqui_model::notice::Notice;
use chasqui_model::reason::Reason;
use chasqui_whatsapp::Client;
use chasqui_whatsapp::client::CallError;
use chasqui_whatsapp::webhook::{FIELDS, MESSAGES};

use crate::call_refused::refusal;
use crate::registry::Number;
use crate::{Inner, notice};

/// Most calls to find out which fields Meta refuses. Each asks for our verification once more.
const MOST_TRIES: usize = 24;

/// Meta's code for a parameter that it does not take.
const BAD_PARAMETER: i64 = 100;

/// One of the three.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub kind: StepKind,
    /// What came of it.
    pub done: Done,
}

/// What is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// The app's own callback and its fields.
    App,
    /// The app's subscription to the business account.
    Account,
    /// The callback of this number.
    Number,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// Meta took it.
    Yes,
    /// Meta took it without these fields, which it refused.
    Without(Vec<String>),
    /// It was so already.
    Already,
    /// The app delivers to somebody else's address, which was left alone: events about templates, quality and the
    /// account go there.
    LeftTo(String),
    /// Meta refused.
    Refused(Reason),
}

/// Connects, step by step, until one is refused. `replace`: also takes the app's callback from somebody else.
pub(crate) async fn connect(rt: &Arc<Inner>, number: &Number, replace: bool) -> Vec<Step> {
    let mut steps = Vec::new();
    for kind in [StepKind::App, StepKind::Account, StepKind::Number] {
        let outcome = match kind {
            StepKind::App => app(rt, number, replace).await,
            StepKind::Account => account(&rt.graph, number).await,
            StepKind::Number => of_number(rt, number).await,
        };
        let done = outcome.unwrap_or_else(|error| Done::Refused(refusal(&error)));
        let over = matches!(done, Done::Refused(_));
        steps.push(Step { kind, done });
        if over {
            break;
        }
    }
    steps
}

async fn app(rt: &Inner, number: &Number, replace: bool) -> Result<Done, CallError> {
    let credentials = &number.integration.credentials;
    let app = rt.graph.app(credentials.version, &credentials.app_id, &credentials.app_secret);
    let app = app.map_err(|error| CallError::NoAnswer(error.to_string()))?;
    let all = rt.graph.subscriptions(&app).await?;
    let there =
        all.iter().find(|one| one.object == "whatsapp_business_account" && !one.callback_url.is_empty());
    let mut fields: Vec<&str> = FIELDS.to_vec();
    if let Some(there) = there {
        let ours = rt.is_ours(&there.callback_url);
        if !ours && !replace {
            return Ok(Done::LeftTo(there.callback_url.clone()));
        }
        let refused = &number.integration.watch.refused_fields;
        if ours && there.active && missing(&there.fields, refused).is_empty() && refused.is_empty() {
            return Ok(Done::Already);
        }
        // What somebody subscribed to besides is not ours to end.
        fields.extend(there.fields.iter().map(String::as_str).filter(|field| !FIELDS.contains(field)));
    }
    let url = rt.callback_url(number.integration.id);
    let verify_token = credentials.verify_token.expose();
    let mut search = Search::new(fields);
    while let Some(list) = search.next() {
        let answer = rt.graph.subscribe(&app, &url, verify_token, &list).await;
        search.heard(list, answer)?;
    }
    let refused = search.refused();
    note_refused(rt, number, &refused).await;
    Ok(if refused.is_empty() { Done::Yes } else { Done::Without(refused) })
}

/// The fields that a subscription lacks, without those that Meta refused.
pub(super) fn missing(has: &[String], refused: &[String]) -> Vec<&'static str> {
    let lacks = |field: &&&str| !has.iter().chain(refused).any(|it| it == **field);
    FIELDS.iter().filter(lacks).copied().collect()
}

/// Finds as many fields as Meta takes. A refused field stops no other: Meta refuses the whole list because of it, so the
/// list is asked for again without it. Where Meta does not name it, it is looked for by halves. The last list that is asked
/// for is one that Meta took.
struct Search<'a> {
    wanted: Vec<&'a str>,
    taken: Vec<&'a str>,
    /// To be tried, the next last.
    parts: Vec<Vec<&'a str>>,
    trying: Vec<&'a str>,
    tries: usize,
    stands: bool,
}

impl<'a> Search<'a> {
    fn new(wanted: Vec<&'a str>) -> Self {
        Self { wanted, taken: vec![], parts: vec![], trying: vec![], tries: 0, stands: false }
    }

    /// The list to ask for next.
    fn next(&mut self) -> Option<Vec<&'a str>> {
        if self.tries == 0 {
            return Some(self.wanted.clone());
        }
        let part = if self.tries < MOST_TRIES { self.parts.pop() } else { None };
        if part.is_none() && self.stands {
            return None;
        }
        self.trying = part.unwrap_or_default();
        Some(self.taken.iter().chain(&self.trying).copied().collect())
    }

    /// What Meta said to the list. An error that is about no field ends it.
    fn heard(&mut self, list: Vec<&'a str>, answer: Result<(), CallError>) -> Result<(), CallError> {
        self.tries += 1;
        self.stands = answer.is_ok();
        match answer {
            Ok(()) => self.taken = list,
            Err(error) if !is_about_a_field(&error) => return Err(error),
            Err(error) if self.tries == 1 => {
                let named = named(&error, &self.wanted);
                let rest = self.wanted.iter().copied().filter(|it| *it != MESSAGES && !named.contains(it));
                (self.taken, self.parts) = (vec![MESSAGES], vec![rest.collect()]);
            }
            // Even what was left is refused: it is no matter of a field.
            Err(error) if self.trying.is_empty() => return Err(error),
            Err(error) => {
                let named = named(&error, &self.trying);
                if !named.is_empty() {
                    self.trying.retain(|it| !named.contains(it));
                    self.parts.push(std::mem::take(&mut self.trying));
                } else if let [_, _, ..] = self.trying.as_slice() {
                    let (one, other) = self.trying.split_at(self.trying.len() / 2);
                    self.parts.extend([other.to_vec(), one.to_vec()]);
                }
            }
        }
        Ok(())
    }

    fn refused(&self) -> Vec<String> {
        self.wanted
            .iter()
            .filter(|field| !self.taken.contains(field))
            .map(|field| (*field).to_owned())
            .collect()
    }
}

/// Whether Meta refused the call for a parameter in it. A callback that Meta could not verify comes with other codes, or
/// says so.
fn is_about_a_field(error: &CallError) -> bool {
    error
        .graph()
        .is_some_and(|graph| graph.code == Some(BAD_PARAMETER) && graph.subcode.is_none_or(|it| it != 33))
}

/// The fields that Meta names in its refusal.
fn named<'a>(error: &CallError, wanted: &[&'a str]) -> Vec<&'a str> {
    let Some(graph) = error.graph() else { return Vec::new() };
    let said = [&graph.details, &graph.title].map(|text| text.as_deref().unwrap_or_default()).join(" ");
    // "… must be one of {…} - got "standby"": what stands at the end is the wrong one.
    if let Some((_, got)) = said.rsplit_once("got ") {
        let got =
            got.trim_start_matches(['"', '\'']).split(['"', '\'', ' ', '.', ',']).next().unwrap_or_default();
        return wanted.iter().copied().filter(|it| *it != MESSAGES && *it == got).collect();
    }
    let names: Vec<&str> = said.split(|it: char| !(it.is_ascii_alphanumeric() || it == '_')).collect();
    let named: Vec<&str> =
        wanted.iter().copied().filter(|it| *it != MESSAGES && names.contains(it)).collect();
    // A list of all names that there are names none that is wrong.
    if named.len() * 2 > wanted.len() { Vec::new() } else { named }
}

/// Remembers what Meta refused, and tells the owner when that is news.
async fn note_refused(rt: &Inner, number: &Number, refused: &[String]) {
    let it = &number.integration;
    let news = super::remember(rt, it.id, |_, watch| {
        let news = watch.refused_fields != refused && !refused.is_empty();
        watch.refused_fields = refused.to_vec();
        news
    });
    let told = match news.await {
        Ok(Some(true)) => {
            let notice = Notice::FieldsRefused { fields: refused.to_vec() };
            let event = notice::event(&rt.clock, it, notice);
            rt.store.add_events(&[event]).await.map(|()| rt.tell_events(it))
        }
        Ok(Some(false) | None) => Ok(()),
        Err(error) => Err(error),
    };
    if let Err(error) = told {
        tracing::warn!(integration = %it.id, %error, "refused webhook fields could not be written down");
    }
}

async fn account(graph: &Client, number: &Number) -> Result<Done, CallError> {
    let Some(calls) = &number.calls else { return Err(CallError::NoAnswer("the token is not one".into())) };
    let apps = graph.subscribed_apps(calls).await?;
    let app_id = &number.integration.credentials.app_id;
    if apps.iter().any(|app| app.id == *app_id && app.override_callback_uri.is_none()) {
        return Ok(Done::Already);
    }
    graph.subscribe_app(calls).await.map(|()| Done::Yes)
}

async fn of_number(rt: &Inner, number: &Number) -> Result<Done, CallError> {
    let Some(calls) = &number.calls else { return Err(CallError::NoAnswer("the token is not one".into())) };
    let url = rt.callback_url(number.integration.id);
    let verify_token = number.integration.credentials.verify_token.expose();
    rt.graph.override_number(calls, &url, verify_token).await.map(|()| Done::Yes)
}

/// Takes a number's deliveries away from us, where Meta still listens to its token. The business account stays subscribed
/// while another number here needs that.
pub(crate) async fn disconnect(rt: &Inner, number: &Number) -> Result<(), CallError> {
    let Some(calls) = &number.calls else { return Ok(()) };
    let ours = rt.graph.phone_number(calls).await?.callback_url;
    if ours.is_some_and(|url| url == rt.callback_url(number.integration.id)) {
        rt.graph.override_number(calls, "", "").await?;
    }
    let credentials = &number.integration.credentials;
    let shared = rt.registry.all().iter().any(|other| {
        other.integration.id != number.integration.id
            && other.integration.credentials.business_account_id == credentials.business_account_id
            && other.integration.credentials.app_id == credentials.app_id
    });
    if shared { Ok(()) } else { rt.graph.unsubscribe_app(calls).await }
}

#[cfg(test)]
mod tests {
    use chasqui_whatsapp::error;

    use super::*;

    /// Asks a Meta that refuses these fields and says this: what it refused, and the lists that were asked for.
    fn asked(bad: &[&str], says: &str) -> (Result<Vec<String>, CallError>, Vec<Vec<&'static str>>) {
        let mut search = Search::new(FIELDS.to_vec());
        let mut lists = Vec::new();
        while let Some(list) = search.next() {
            lists.push(list.clone());
            let body = serde_json::json!({"error": {"code": 100, "message": says}}).to_string();
            let refused = || CallError::Refused(Box::new(error::parse(400, body.as_bytes())));
            let answer = if list.iter().any(|it| bad.contains(it)) { Err(refused()) } else { Ok(()) };
            if let Err(error) = search.heard(list, answer) {
                return (Err(error), lists);
            }
        }
        (Ok(search.refused()), lists)
    }

    #[test]
    fn a_refused_field_stops_no_other() {
        let bad_sets: [&[&str]; 5] = [
            &[],
            &["standby"],
            &["group_status_update"],
            &["calls", "history"],
            &["standby", "security", "flows"],
        ];
        for bad in bad_sets {
            for says in ["Invalid parameter", &format!("(#100) unknown field {}", bad.first().unwrap_or(&""))]
            {
                let (refused, calls) = asked(bad, says);
                let mut refused = refused.unwrap();
                refused.sort();
                let mut wanted = bad.to_vec();
                wanted.sort_unstable();
                assert_eq!(refused, wanted, "{says}");
                let last = calls.last().unwrap();
                assert_eq!(last.len(), FIELDS.len() - bad.len(), "the last call counts: {last:?}");
                assert!(calls.len() <= MOST_TRIES + 2, "{}", calls.len());
            }
        }
    }

    #[test]
    fn a_named_field_costs_one_call_more() {
        let list = FIELDS.join(", ");
        for says in [
            "(#100) unknown field calls".to_owned(),
            format!("(#100) Param fields[20] must be one of {{{list}}} - got \"calls\"."),
        ] {
            let (_, calls) = asked(&["calls"], &says);
            assert_eq!(calls.len(), 2, "{says}");
        }
        let (refused, _) = asked(&["messages"], "Invalid parameter");
        assert!(refused.is_err(), "without messages nothing works");
    }

    #[test]
    fn what_was_refused_is_not_missing() {
        let all: Vec<String> = FIELDS.iter().map(|it| (*it).to_owned()).collect();
        assert!(missing(&all, &[]).is_empty());
        assert_eq!(missing(&all[1..], &[]), ["messages"]);
        assert!(missing(&all[1..], &["messages".to_owned()]).is_empty());
    }
}
