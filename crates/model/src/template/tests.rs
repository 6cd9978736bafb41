use serde_json::{Value, json};

use super::*;
use crate::message::outbound::{MediaSource, Parameter, ParameterValue, TemplateButtonValue};

fn form(components: &Value) -> Form {
    Form::read(components, "UTILITY", false)
}

#[expect(clippy::needless_pass_by_value, reason = "tests hand it a literal")]
fn given(value: Value) -> Given {
    let mut whole = json!({ "name": "t", "language": "en" });
    whole.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
    serde_json::from_value(whole).unwrap()
}

fn texts(filled: &[Parameter]) -> Vec<(Option<&str>, &str)> {
    filled.iter().map(said).collect()
}

fn said(one: &Parameter) -> (Option<&str>, &str) {
    match &one.value {
        ParameterValue::Text(text) => (one.name.as_deref(), text),
        other => panic!("{other:?} is no text"),
    }
}

fn why(form: &Form, value: Value) -> Vec<(Place, Why)> {
    form.fill(&given(value)).unwrap_err().into_iter().map(|one| (one.place, one.why)).collect()
}

fn body(name: &str, at: usize) -> Place {
    Place::Body { name: name.into(), at }
}

#[test]
fn a_list_fills_numbers_by_size_and_names_as_they_come() {
    let numbered = form(&json!([{ "type": "BODY", "text": "{{2}} and {{1}}, {{ 2 }}" }]));
    assert_eq!(numbered.body, ["1", "2"]);
    let filled = numbered.fill(&given(json!({ "parameters": ["a", "b"] }))).unwrap();
    assert_eq!(texts(&filled.body), [(None, "a"), (None, "b")]);
    let filled = numbered.fill(&given(json!({ "parameters": { "2": "b", "1": "a" } }))).unwrap();
    assert_eq!(texts(&filled.body), [(None, "a"), (None, "b")]);
    let named = form(&json!([{ "type": "body", "text": "{{who}} at {{when}}" }]));
    let filled = named.fill(&given(json!({ "parameters": ["Ana", "noon"] }))).unwrap();
    assert_eq!(texts(&filled.body), [(Some("who"), "Ana"), (Some("when"), "noon")]);
    let filled = named.fill(&given(json!({ "parameters": { "when": "noon", "who": "Ana" } }))).unwrap();
    assert_eq!(texts(&filled.body), [(Some("who"), "Ana"), (Some("when"), "noon")]);
    assert_eq!(named.fill(&Given::of(&filled)).unwrap(), filled);
}

#[test]
fn what_is_missing_too_much_or_empty_is_named() {
    let two = form(&json!([{ "type": "BODY", "text": "{{1}} at {{2}}" }]));
    assert_eq!(why(&two, json!({ "parameters": ["a"] })), [(body("2", 1), Why::Missing)]);
    assert_eq!(why(&two, json!({ "parameters": ["a", " \u{200b}"] })), [(body("2", 1), Why::Empty)]);
    assert_eq!(why(&two, json!({ "parameters": ["a", "b", "c"] })), [(body("3", 2), Why::Surplus)]);
    assert_eq!(
        why(&two, json!({ "parameters": { "1": "a", "two": "b" } })),
        [(body("2", 1), Why::Missing), (body("two", 1), Why::Surplus)]
    );
    let long = "x".repeat(1025);
    let too_long = Why::TooLong { length: 1025, most: 1024 };
    assert_eq!(why(&two, json!({ "parameters": ["a", long] })), [(body("2", 1), too_long)]);
    assert_eq!(
        why(&two, json!({ "parameters": ["a", "b"], "header": { "value": "x" } })),
        [(Place::Header, Why::Surplus)]
    );
}

#[test]
fn headers_are_what_the_template_has() {
    let text = form(&json!([{ "type": "HEADER", "format": "TEXT", "text": "For {{1}}" }]));
    let filled = text.fill(&given(json!({ "header": { "value": "Ana\nB" } }))).unwrap();
    assert_eq!(texts(&filled.header), [(None, "Ana B")]);
    let long = Why::TooLong { length: 57, most: 56 };
    assert_eq!(why(&text, json!({ "header": { "value": "x".repeat(57) } })), [(Place::Header, long)]);
    assert_eq!(why(&text, json!({})), [(Place::Header, Why::Missing)]);
    let picture = form(&json!([{ "type": "HEADER", "format": "IMAGE" }]));
    let needs = Why::Needs(HeaderKind::Image);
    assert_eq!(
        why(&picture, json!({ "header": { "kind": "text", "value": "x" } })),
        [(Place::Header, needs)]
    );
    assert_eq!(why(&picture, json!({ "header": { "value": "x" } })), [(Place::Header, Why::NoFile)]);
    let filled = picture.fill(&given(json!({ "header": { "value": "2871834006348767" } }))).unwrap();
    let of_meta = ParameterValue::Image(MediaSource::Meta("2871834006348767".into()));
    assert_eq!(filled.header[0].value, of_meta);
    assert_eq!(picture.fill(&Given::of(&filled)).unwrap(), filled);
    let place = form(&json!([{ "type": "HEADER", "format": "LOCATION" }]));
    let filled = place.fill(&given(json!({ "header": { "value": "52.5, 13.25", "name": "Here" } }))).unwrap();
    assert_eq!(place.fill(&Given::of(&filled)).unwrap(), filled);
    for wrong in ["52.5", "91,0", "a,b", "1,181"] {
        assert_eq!(why(&place, json!({ "header": { "value": wrong } })), [(Place::Header, Why::NoPlace)]);
    }
    let gif = form(&json!([{ "type": "HEADER", "format": "GIF" }]));
    assert_eq!(why(&gif, json!({})), [(Place::Whole, Why::Unsupported("header gif".into()))]);
}

#[test]
fn every_button_takes_what_it_takes() {
    let all = form(&json!([{ "type": "BUTTONS", "buttons": [
        { "type": "QUICK_REPLY", "text": "Yes" }, { "type": "URL", "text": "See", "url": "https://ex.am/{{1}}" },
        { "type": "URL", "text": "Home", "url": "https://ex.am/" }, { "type": "PHONE_NUMBER", "text": "Call" },
        { "type": "COPY_CODE", "text": "Copy" }, { "type": "FLOW", "text": "Fill in" },
        { "type": "CATALOG", "text": "Shop" }, { "type": "SOMETHING_NEW", "text": "?" } ] }]));
    let filled = all
        .fill(&given(
            json!({ "buttons": [{ "index": 4, "copy_code": "25OFF" }, { "index": 1, "url_suffix": "a b" },
            { "index": 0, "payload": "yes" }, { "index": 6, "thumbnail": "tea" }] }),
        ))
        .unwrap();
    let flow = TemplateButtonValue::Flow { token: "unused".into(), data: None };
    assert_eq!(
        filled.buttons.iter().map(|one| (one.index, one.value.clone())).collect::<Vec<_>>(),
        [
            (0, TemplateButtonValue::QuickReply("yes".into())),
            (1, TemplateButtonValue::UrlSuffix("a%20b".into())),
            (4, TemplateButtonValue::CopyCode("25OFF".into())),
            (5, flow),
            (6, TemplateButtonValue::Catalog { thumbnail: "tea".into() }),
        ]
    );
    assert_eq!(all.fill(&Given::of(&filled)).unwrap(), filled);
    let place = |index, label: Option<&str>| Place::Button { index, label: label.map(str::to_owned) };
    let wrong = why(
        &all,
        json!({ "buttons": [{ "index": 2, "url_suffix": "x" }, { "index": 1, "url_suffix": " " },
        { "index": 4, "copy_code": "x".repeat(21) }, { "index": 9, "payload": "x" }] }),
    );
    assert_eq!(
        wrong,
        [
            (place(1, Some("See")), Why::Empty),
            (place(2, Some("Home")), Why::Surplus),
            (place(4, Some("Copy")), Why::TooLong { length: 21, most: 20 }),
            (place(9, None), Why::Surplus),
        ]
    );
    let missing = why(&all, json!({}));
    assert_eq!(missing, [(place(1, Some("See")), Why::Missing), (place(4, Some("Copy")), Why::Missing)]);
}

#[test]
fn a_login_code_stands_in_the_body_and_on_the_button() {
    for components in [
        json!([{ "type": "BODY", "text": "*{{1}}* is your code." }, { "type": "BUTTONS", "buttons": [
            { "type": "URL", "text": "Copy", "url": "https://www.whatsapp.com/otp/code/?code=otp{{1}}" }] }]),
        json!([{ "type": "BODY", "add_security_recommendation": true }, { "type": "BUTTONS", "buttons": [
            { "type": "OTP", "otp_type": "COPY_CODE", "text": "Copy" }] }]),
    ] {
        let form = Form::read(&components, "AUTHENTICATION", false);
        let filled = form.fill(&given(json!({ "parameters": ["123456"] }))).unwrap();
        assert_eq!(texts(&filled.body), [(None, "123456")]);
        assert_eq!(filled.buttons[0].value, TemplateButtonValue::UrlSuffix("123456".into()));
        assert_eq!(form.fill(&Given::of(&filled)).unwrap(), filled);
        let long = Why::TooLong { length: 16, most: 15 };
        assert_eq!(why(&form, json!({ "parameters": ["x".repeat(16)] })), [(body("1", 0), long)]);
    }
}

#[test]
fn what_has_no_form_here_is_refused_by_name() {
    for (components, name) in [
        (json!([{ "type": "BODY", "text": "x" }, { "type": "CAROUSEL", "cards": [] }]), "carousel"),
        (json!([{ "type": "LIMITED_TIME_OFFER" }]), "limited_time_offer"),
        (json!([{ "type": "BUTTONS", "buttons": [{ "type": "MPM", "text": "See" }] }]), "mpm"),
        (json!([{ "type": "BUTTONS", "buttons": [{ "type": "ORDER_DETAILS" }] }]), "order_details"),
    ] {
        assert_eq!(why(&form(&components), json!({})), [(Place::Whole, Why::Unsupported(name.into()))]);
    }
}

#[test]
fn a_form_asks_for_what_is_needed() {
    let named = form(&json!([
        { "type": "HEADER", "format": "TEXT", "text": "For {{who}}", "example": { "header_text_named_params": [
            { "param_name": "who", "example": "Ana" }] } },
        { "type": "BODY", "text": "{{day}} at {{hour}}", "example": { "body_text_named_params": [
            { "param_name": "hour", "example": "noon" }] } },
        { "type": "BUTTONS", "buttons": [{ "type": "PHONE_NUMBER", "text": "Call" },
            { "type": "URL", "text": "See", "url": "https://ex.am/{{1}}", "example": ["https://ex.am/7"] }] } ]));
    let seen: Vec<_> = named
        .fields()
        .into_iter()
        .map(|it| (it.part, it.kind.name(), it.name, it.label, it.example))
        .collect();
    let text = |it: &str| Some(it.to_owned());
    assert_eq!(
        seen,
        [
            (Part::Header, "text", text("who"), None, text("Ana")),
            (Part::Body, "text", text("day"), None, None),
            (Part::Body, "text", text("hour"), None, text("noon")),
            (Part::Button(1), "url_suffix", None, text("See"), text("https://ex.am/7")),
        ]
    );
}

#[test]
fn an_unknown_template_is_still_given_nothing_that_meta_refuses() {
    let message = given(
        json!({ "parameters": { "a": "x\ny" }, "header": { "kind": "image", "value": "https://a.b/c" } }),
    )
    .unchecked()
    .unwrap();
    assert_eq!(texts(&message.body), [(Some("a"), "x y")]);
    let wrong = given(json!({ "parameters": ["", "b"] })).unchecked().unwrap_err();
    assert_eq!(wrong, [Wrong::new(body("1", 0), Why::Empty)]);
}
