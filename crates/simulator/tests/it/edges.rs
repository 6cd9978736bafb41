//! The rest of the Graph API: fields, versions, tokens, block lists, registration, threads, templates, profiles.

use std::time::Duration;

use chasqui_simulator::harness::{self, ACCOUNT, APP, NUMBER, SECRET, TOKEN};
use chasqui_simulator::{BusinessSpec, PhoneSpec, RegistrationSpec, Role, RoutingSpec};
use serde_json::{Value, json};

use crate::rig::{Hook, Rig, WAIT, code, eventually, proof, text};

fn error(answer: &(u16, Value)) -> (i64, i64) {
    let error = &answer.1["error"];
    (error["code"].as_i64().unwrap_or_default(), error["error_subcode"].as_i64().unwrap_or_default())
}

fn keys(answer: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

async fn with(change: impl FnOnce(&mut BusinessSpec)) -> Rig {
    let hook = Hook::start().await;
    let mut business = harness::business().with_callback(&hook.url);
    change(&mut business);
    let rig = Rig::with(hook, business).await;
    rig.meta.set(|settings| settings.enforce_rates = false);
    rig
}

#[tokio::test]
async fn only_what_was_asked_for_comes_back() {
    let rig = Rig::start().await;
    let get = async |path: &str| rig.graph("GET", path, &Value::Null).await;
    let account = get(&format!("{ACCOUNT}?fields=name,currency")).await;
    assert_eq!(keys(&account.1), ["currency", "id", "name"]);
    let account = get(ACCOUNT).await;
    assert_eq!(keys(&account.1), ["currency", "id", "message_template_namespace", "name", "timezone_id"]);
    let number = get(&format!("{NUMBER}?fields=quality_rating,%20health_status")).await;
    assert_eq!(keys(&number.1), ["health_status", "id", "quality_rating"]);
    assert_eq!(number.1["health_status"]["can_send_message"], "AVAILABLE");
    assert!(get(NUMBER).await.1.get("account_mode").is_none(), "not without being asked for");
    let numbers = get(&format!("{ACCOUNT}/phone_numbers?fields=status")).await;
    assert_eq!(keys(&numbers.1["data"][0]), ["id", "status"]);
    let templates = get(&format!("{ACCOUNT}/message_templates?fields=status,quality_score")).await;
    assert_eq!(keys(&templates.1["data"][0]), ["id", "quality_score", "status"]);
    for path in [
        format!("{ACCOUNT}?fields=name,shoe_size"),
        format!("{NUMBER}?fields=shoe_size"),
        format!("{ACCOUNT}/phone_numbers?fields=shoe_size"),
        format!("{ACCOUNT}/message_templates?fields=shoe_size"),
        format!("{NUMBER}/whatsapp_business_profile?fields=shoe_size"),
    ] {
        let answer = get(&path).await;
        assert_eq!(error(&answer).0, 100, "{path}");
        assert!(answer.1["error"]["message"].as_str().unwrap().contains("nonexisting field (shoe_size)"));
    }
    let nested =
        get(&format!("{ACCOUNT}?fields=id,pricing_analytics.start(1).dimensions(%5B%22A%22,%22B%22%5D)"))
            .await;
    assert_eq!(nested.0, 200);
}

#[tokio::test]
async fn versions_and_what_they_all_lost() {
    let rig = Rig::start().await;
    let version = async |path: &str| {
        let answer = rig.http.get(rig.url(path)).send().await.unwrap();
        let served = answer.headers().get("facebook-api-version").map(|it| it.to_str().unwrap().to_owned());
        (answer.status().as_u16(), served)
    };
    let served = |version: &str| Some(version.to_owned());
    assert_eq!(version("/v27.0/1").await, (401, served("v27.0")));
    assert_eq!(version("/v26.0/1?date_format=U").await, (400, served("v26.0")));
    assert_eq!(version("/v25.0/?ids=1,2").await, (400, served("v25.0")));
    assert_eq!(version("/v15.0/1").await, (401, served("v21.0")));
    assert_eq!(version("/v99.0/1").await, (400, None));
    let answer = rig.graph("GET", &format!("?ids={NUMBER}"), &Value::Null).await;
    assert_eq!(error(&answer).0, 100);
    let answer = rig.graph("GET", &format!("{NUMBER}?date_format=U"), &Value::Null).await;
    assert_eq!(error(&answer).0, 100);
    let body = json!({"messaging_product": "whatsapp", "to": "1", "text": {"body": "x"}, "date_format": "U"});
    let answer = rig.graph("POST", &format!("{NUMBER}/messages"), &body).await;
    assert!(answer.1["error"]["message"].as_str().unwrap().contains("Unexpected key"), "{answer:?}");
}

#[tokio::test]
async fn a_token_in_the_query_wins_over_the_header() {
    let rig = Rig::start().await;
    let call = async |token: &str, bearer: &str| {
        let url = rig.url(&format!("/v25.0/{NUMBER}?access_token={token}&appsecret_proof={}", proof()));
        rig.http.get(url).bearer_auth(bearer).send().await.unwrap().status().as_u16()
    };
    assert_eq!(call(TOKEN, "EAAwrong").await, 200);
    assert_eq!(call("EAAwrong", TOKEN).await, 401);
    assert_eq!(call("", TOKEN).await, 401, "an empty one too");
}

#[tokio::test]
async fn a_field_that_meta_does_not_know_refuses_the_subscription() {
    let rig = Rig::start().await;
    let subscribe = async |fields: &str| {
        let body = json!({"object": "whatsapp_business_account", "callback_url": rig.hook.url,
            "verify_token": crate::rig::VERIFY, "fields": fields});
        let url = rig.url(&format!("/v25.0/{APP}/subscriptions?access_token={APP}%7C{SECRET}"));
        rig.http.post(url).json(&body).send().await.unwrap().json::<Value>().await.unwrap()
    };
    assert_eq!(subscribe("messages,standby,messaging_handovers").await["success"], true);
    for fields in ["messages,user_id_update", "mesages"] {
        let answer = subscribe(fields).await;
        assert_eq!(answer["error"]["code"], 100);
        let odd = fields.rsplit(',').next().unwrap();
        assert!(
            answer["error"]["message"].as_str().unwrap().ends_with(&format!("got \"{odd}\".")),
            "{answer}"
        );
    }
    rig.meta.set(|settings| settings.refused_fields = vec!["calls".into()]);
    assert_eq!(subscribe("messages,calls").await["error"]["code"], 100);
}

#[tokio::test]
async fn people_who_are_blocked_are_not_heard_and_not_written_to() {
    let rig = Rig::start().await;
    let (ana, bruno) = (rig.ana().await, rig.meta.contact("Bruno", NUMBER).unwrap());
    let path = format!("{NUMBER}/block_users");
    let users = |users: Value| json!({"messaging_product": "whatsapp", "block_users": users});
    let blocked = rig.graph("POST", &path, &users(json!([{"user": format!("+{}", ana.wa_id())}]))).await;
    assert_eq!(blocked.0, 200, "{blocked:?}");
    assert_eq!(blocked.1["block_users"]["added_users"][0]["wa_id"], ana.wa_id());
    assert_eq!(code(&rig.send_to(ana.wa_id(), text("x")).await), 130_403);
    rig.hook.forget();
    ana.says("hello?").unwrap();
    ana.settles(WAIT).await.unwrap();
    assert_eq!(rig.hook.got().len(), 0);
    let list = rig.graph("GET", &path, &Value::Null).await;
    assert_eq!(
        (list.1["data"].as_array().unwrap().len(), &list.1["data"][0]["wa_id"]),
        (1, &json!(ana.wa_id()))
    );

    let partly = users(json!([{"user": ana.wa_id()}, {"user": bruno.wa_id()}, {"user": "4930000000"}]));
    let partly = rig.graph("POST", &path, &partly).await;
    let failed = &partly.1["block_users"]["failed_users"];
    assert_eq!((partly.0, error(&partly).0), (400, 139_100));
    assert_eq!(
        (&failed[0]["errors"][0]["code"], &failed[1]["errors"][0]["code"]),
        (&json!(131_047), &json!(131_026))
    );
    assert_eq!(partly.1["block_users"]["added_users"].as_array().unwrap().len(), 1);

    let user_id = list.1["data"][0]["user_id"].clone();
    let freed = rig.graph("DELETE", &path, &users(json!([{"user_id": user_id}]))).await;
    assert_eq!(freed.1["block_users"]["removed_users"][0]["wa_id"], ana.wa_id());
    ana.says("again").unwrap();
    ana.settles(WAIT).await.unwrap();
    assert_eq!(rig.hook.words(), ["again"]);
    for odd in [
        json!([]),
        json!([{}]),
        json!([{"phone": "1"}]),
        json!("x"),
        Value::Array(vec![json!({"user": "1"}); 1001]),
    ] {
        assert_eq!(error(&rig.graph("POST", &path, &users(odd)).await).0, 100);
    }
}

#[tokio::test]
async fn registering_has_every_outcome() {
    let rig = Rig::start().await;
    let call = async |edge: &str, body: Value| rig.graph("POST", &format!("{NUMBER}/{edge}"), &body).await;
    let register = async |pin: &str| {
        error(&call("register", json!({"messaging_product": "whatsapp", "pin": pin})).await).0
    };
    assert_eq!(
        error(&call("request_code", json!({"code_method": "SMS", "language": "en"})).await).0,
        136_024
    );
    assert_eq!(register("12345").await, 100);
    let region = json!({"messaging_product": "whatsapp", "pin": "111111", "data_localization_region": "FR"});
    assert_eq!(error(&call("register", region).await).0, 100);
    assert_eq!(register("111111").await, 0, "the first PIN sets it");
    assert_eq!(register("222222").await, 133_005);
    assert_eq!(register("111111").await, 0);
    assert_eq!(error(&rig.graph("POST", NUMBER, &json!({"pin": "333333"})).await).0, 0);
    for _ in 0..3 {
        assert_eq!(register("111111").await, 133_005);
    }
    assert_eq!(register("333333").await, 133_009, "too quickly");
    rig.meta.advance(Duration::from_secs(5));
    assert_eq!(register("111111").await, 133_005);
    rig.meta.advance(Duration::from_secs(5));
    assert_eq!(register("111111").await, 133_005);
    assert_eq!(register("333333").await, 133_008, "too many");
    assert_eq!(register("333333").await, 133_016, "the eleventh call");
    rig.meta.advance(Duration::from_hours(72));
    assert_eq!(register("333333").await, 0);

    let ana = rig.ana().await;
    assert_eq!(call("deregister", json!({})).await.0, 200);
    assert_eq!(code(&rig.send_to(ana.wa_id(), text("x")).await), 133_010);
    assert_eq!(error(&call("deregister", json!({})).await).0, 133_010);
    assert_eq!(register("333333").await, 0);
    rig.send_to(ana.wa_id(), text("x")).await.unwrap();
}

#[tokio::test]
async fn numbers_stand_in_many_ways() {
    let stands = async |registration: RegistrationSpec| {
        let rig = with(|business| business.numbers[0].registration = registration).await;
        let body = json!({"messaging_product": "whatsapp", "pin": "111111"});
        let registered = error(&rig.graph("POST", &format!("{NUMBER}/register"), &body).await).0;
        (rig, registered)
    };
    let spec = RegistrationSpec::default;
    assert_eq!(
        stands(RegistrationSpec { pin: Some("999999".into()), ..spec() }).await.1,
        0,
        "another partner's"
    );
    let unregistered = RegistrationSpec { registered: false, pin: Some("999999".into()), ..spec() };
    assert_eq!(stands(unregistered).await.1, 133_005);
    assert_eq!(stands(RegistrationSpec { on_biz_app: true, ..spec() }).await.1, 100);
    let (rig, refused) = stands(RegistrationSpec { deleted: true, ..spec() }).await;
    assert_eq!(refused, 133_015);
    rig.meta.advance(Duration::from_mins(5));
    let body = json!({"messaging_product": "whatsapp", "pin": "111111"});
    assert_eq!(error(&rig.graph("POST", &format!("{NUMBER}/register"), &body).await).0, 0);
    let (rig, refused) = stands(RegistrationSpec { unfinished: true, ..spec() }).await;
    assert_eq!(refused, 133_000);
    assert_eq!(rig.graph("POST", &format!("{NUMBER}/deregister"), &json!({})).await.0, 200);
    assert_eq!(error(&rig.graph("POST", &format!("{NUMBER}/register"), &body).await).0, 0);
    for (registration, code_of_send) in [
        (RegistrationSpec { certificate: false, ..spec() }, 131_045),
        (RegistrationSpec { name_approved: false, ..spec() }, 131_037),
    ] {
        let (rig, _) = stands(registration).await;
        let ana = rig.ana().await;
        assert_eq!(code(&rig.send_to(ana.wa_id(), text("x")).await), code_of_send);
    }
    let (rig, refused) = stands(RegistrationSpec { verified: false, registered: false, ..spec() }).await;
    assert_eq!(refused, 133_006);
    let request = json!({"code_method": "SMS", "language": "en_US"});
    assert_eq!(rig.graph("POST", &format!("{NUMBER}/request_code"), &request).await.0, 200);
    let words = rig.meta.log(10).into_iter().find(|item| item.text.starts_with("Code ")).unwrap().text;
    let sent = words.split(' ').nth(1).unwrap().to_owned();
    let verify = async |given: &str| {
        rig.graph("POST", &format!("{NUMBER}/verify_code"), &json!({"code": given})).await.0
    };
    assert_eq!(verify("nothing").await, 400);
    assert_eq!(verify(&sent).await, 200);
    assert_eq!(verify(&sent).await, 400, "once");
    assert_eq!(error(&rig.graph("POST", &format!("{NUMBER}/register"), &body).await).0, 0);
}

async fn routed(roles: Vec<Role>, agent: bool) -> Rig {
    with(|business| business.numbers[0].routing = Some(RoutingSpec { roles, standby: true, agent })).await
}

fn fields(rig: &Rig) -> Vec<String> {
    let bodies = rig.hook.got().into_iter().map(|got| serde_json::from_slice::<Value>(&got.body).unwrap());
    bodies.map(|body| body["entry"][0]["changes"][0]["field"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn threads_have_an_owner_and_others_look_on() {
    let rig = routed(vec![Role::Escalation], true).await;
    rig.meta.set(|settings| settings.read_at_once = false);
    let ana = rig.meta.phone(PhoneSpec::default(), NUMBER).unwrap();
    let thread = format!("/_sim/phones/{}/chats/{NUMBER}/thread", ana.wa_id());
    ana.says("hi").unwrap();
    ana.settles(WAIT).await.unwrap();
    assert_eq!(
        (fields(&rig), rig.get(&thread).await),
        (vec!["standby".to_owned()], json!({"owner": "ai_agent"}))
    );
    rig.hook.forget();
    let pass = json!({"action": "pass", "metadata": "asks for a person", "summary": "Wants another day."});
    assert_eq!(rig.post(&thread, &pass).await.0, 202);
    eventually("a handover", || fields(&rig) == ["messaging_handovers"]).await;
    let body: Value = serde_json::from_slice(&rig.hook.got()[0].body).unwrap();
    let value = &body["entry"][0]["changes"][0]["value"];
    assert_eq!(
        (&value["type"], &value["sender"]["phone_number"]),
        (&json!("control_passed"), &json!(ana.wa_id()))
    );
    let control = &value["control_passed"];
    assert_eq!(
        (&control["previous_owner_role"], &control["new_owner_role"]),
        (&json!("ai_agent"), &json!("escalation"))
    );
    assert_eq!(control["conversation_context"]["summary"]["text"], "Wants another day.");
    rig.hook.forget();
    ana.says("are you there?").unwrap();
    ana.settles(WAIT).await.unwrap();
    assert_eq!(fields(&rig), ["messages"]);
    let control = async |body: Value| {
        let mut body = body;
        body["messaging_product"] = json!("whatsapp");
        body["to"] = json!(ana.wa_id());
        rig.graph("POST", &format!("{NUMBER}/thread_control"), &body).await
    };
    let back = control(json!({"action": "pass", "control_pass": {"target_role": "ai_agent"}})).await;
    assert_eq!((back.0, back.1), (200, json!({"messaging_product": "whatsapp"})));
    assert_eq!(error(&control(json!({"action": "release"})).await).0, 100, "not ours any more");
    assert_eq!(control(json!({"action": "take", "metadata": "mine"})).await.0, 200);
    rig.hook.forget();
    assert_eq!(rig.post(&thread, &json!({"action": "take", "by": "partner"})).await.0, 202);
    eventually("told of it", || fields(&rig) == ["messaging_handovers"]).await;
    rig.send_to(ana.wa_id(), text("the escalation partner takes it by a message")).await.unwrap();
    assert_eq!(rig.get(&thread).await["owner"], "ours");
    assert_eq!(control(json!({"action": "release"})).await.0, 200);
    assert_eq!(rig.get(&thread).await["owner"], Value::Null);
    for odd in [
        json!({"action": "give"}),
        json!({}),
        json!({"action": "take", "control_pass": {"target_role": "ai_agent"}}),
        json!({"action": "pass", "control_pass": {"target_role": "boss"}}),
        json!({"action": "take", "metadata": "x".repeat(2001)}),
        json!({"action": "take", "reason": "x"}),
    ] {
        assert_eq!(error(&control(odd.clone()).await).0, 100, "{odd}");
    }
    rig.meta.advance(Duration::from_hours(24));
    assert_eq!(rig.get(&thread).await["owner"], Value::Null, "idle after the person's silence");
}

#[tokio::test]
async fn who_may_not_take_a_thread_is_told_so() {
    let rig = routed(vec![Role::CustomerService], false).await;
    let ana = rig.ana().await;
    assert_eq!(fields(&rig), ["messages"], "an ordinary conversation is ours");
    let take = json!({"messaging_product": "whatsapp", "to": ana.wa_id(), "action": "take"});
    let path = format!("{NUMBER}/thread_control");
    assert_eq!(error(&rig.graph("POST", &path, &take).await), (100, 2_494_191));
    let thread = format!("/_sim/phones/{}/chats/{NUMBER}/thread", ana.wa_id());
    rig.post(&thread, &json!({"action": "take"})).await;
    assert_eq!(code(&rig.send_to(ana.wa_id(), text("x")).await), 100);
    let template = json!({"type": "template", "name": "hello", "language": "en"});
    rig.send_to(ana.wa_id(), template).await.unwrap();
    rig.post("/_sim/threads", &json!({"phone_number_id": NUMBER, "role": "escalation"})).await;
    assert_eq!(rig.graph("POST", &path, &take).await.0, 200);
    rig.post(
        "/_sim/threads",
        &json!({"phone_number_id": NUMBER, "role": "", "wa_id": ana.wa_id(), "away": true}),
    )
    .await;
    rig.hook.forget();
    ana.says("x").unwrap();
    ana.settles(WAIT).await.unwrap();
    assert_eq!(fields(&rig)[0], "standby");
    rig.send_to(ana.wa_id(), text("without routing anybody takes it")).await.unwrap();
    assert_eq!(rig.get(&thread).await["owner"], "ours");
}

#[tokio::test]
async fn templates_are_summed_up_read_edited_and_deleted() {
    let rig = with(|business| business.templates[1].status = "PAUSED".into()).await;
    let get = async |path: &str| rig.graph("GET", path, &Value::Null).await.1;
    let listed = get(&format!(
        "{ACCOUNT}/message_templates?status=approved,rejected&summary=total_count,message_template_count,message_template_limit"
    ))
    .await;
    assert_eq!(
        listed["summary"],
        json!({"total_count": 1, "message_template_count": 2, "message_template_limit": 250})
    );
    assert_eq!(get(&format!("{ACCOUNT}/message_templates?summary=mood")).await["error"]["code"], 100);
    let first = get(&format!("{ACCOUNT}/message_templates?limit=1")).await;
    let after = first["paging"]["cursors"]["after"].as_str().unwrap().to_owned();
    let second = get(&format!("{ACCOUNT}/message_templates?limit=1&after={after}")).await;
    assert_eq!((first["paging"]["next"].is_string(), second["paging"].get("next")), (true, None));
    let (reopen, hello) =
        (first["data"][0]["id"].as_str().unwrap(), second["data"][0]["id"].as_str().unwrap());
    assert_eq!(get(&format!("{reopen}?fields=status")).await, json!({"status": "APPROVED", "id": reopen}));
    assert_eq!(rig.graph("POST", &format!("{hello}/unpause"), &json!({})).await.0, 200);
    assert_eq!(rig.graph("POST", &format!("{hello}/unpause"), &json!({})).await.0, 400);
    assert_eq!(error(&rig.graph("POST", hello, &json!({"category": "MARKETING"})).await).0, 100);
    let components = json!([{"type": "BODY", "text": "Hello again!"}]);
    assert_eq!(rig.graph("POST", hello, &json!({"components": components})).await.0, 200);
    assert_eq!(get(&format!("{hello}?fields=status,components")).await["status"], "PENDING");
    let new = json!({"name": "fresh", "language": "en", "category": "utility", "components": components});
    let made = rig.graph("POST", &format!("{ACCOUNT}/message_templates"), &new).await.1;
    assert_eq!((&made["status"], &made["category"]), (&json!("PENDING"), &json!("UTILITY")));
    let delete = async |query: &str| {
        rig.graph("DELETE", &format!("{ACCOUNT}/message_templates?{query}"), &Value::Null).await.0
    };
    assert_eq!(delete(&format!("name=hello&hsm_id={reopen}")).await, 400, "another one's id");
    assert_eq!(delete("").await, 400);
    assert_eq!(delete(&format!("name=hello&hsm_id={hello}")).await, 200);
    assert_eq!(get(hello).await["error"]["code"], 33);
}

#[tokio::test]
async fn profiles_are_kept_and_have_their_limits() {
    let rig = Rig::start().await;
    let path = format!("{NUMBER}/whatsapp_business_profile");
    let set = async |profile: Value| {
        let mut profile = profile;
        profile["messaging_product"] = json!("whatsapp");
        rig.graph("POST", &path, &profile).await.0
    };
    assert_eq!(set(json!({"about": "Open", "websites": ["https://ex.am"]})).await, 200);
    let profile = rig.graph("GET", &format!("{path}?fields=about,websites"), &Value::Null).await.1;
    assert_eq!(
        profile["data"][0],
        json!({"about": "Open", "websites": ["https://ex.am"], "messaging_product": "whatsapp"})
    );
    for odd in [
        json!({"about": ""}),
        json!({"about": "x".repeat(140)}),
        json!({"address": "x".repeat(257)}),
        json!({"description": "x".repeat(513)}),
        json!({"email": "x".repeat(129)}),
        json!({"websites": ["1", "2", "3"]}),
    ] {
        assert_eq!(set(odd.clone()).await, 400, "{odd}");
    }
    let commands = json!({"commands": [{"command_name": "tickets", "command_description": "Book"}], "prompts": ["Plan a trip"]});
    assert_eq!(rig.graph("POST", &format!("{NUMBER}/conversational_automation"), &commands).await.0, 200);
    let read = rig.graph("GET", &format!("{NUMBER}?fields=conversational_automation"), &Value::Null).await.1;
    assert_eq!(read["conversational_automation"]["prompts"][0], "Plan a trip");
    let many = json!({"prompts": ["1", "2", "3", "4", "5"]});
    assert_eq!(rig.graph("POST", &format!("{NUMBER}/conversational_automation"), &many).await.0, 400);
}

#[tokio::test]
async fn a_form_is_taken_like_json() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    let url = rig.url(&format!("/v25.0/{NUMBER}/messages?appsecret_proof={}", proof()));
    let form = format!("messaging_product=whatsapp&to={}&text=%7B%22body%22%3A%22a+form%22%7D", ana.wa_id());
    let request =
        rig.http.post(url).bearer_auth(TOKEN).header("content-type", "application/x-www-form-urlencoded");
    let answer = request.body(form).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    assert_eq!(ana.transcript(), ["a form"]);
}
