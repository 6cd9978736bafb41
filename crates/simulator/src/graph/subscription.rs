//! Where deliveries go: the app's own callback, the business account's, the number's. Each is called before it is set.

use serde_json::{Value, json};

use super::Call;
use super::account::SCOPE;
use super::error::Refusal;
use crate::deliver::handshake::{self, LONGEST_CALLBACK};
use crate::world::business::{App, Callback};

/// `GET,POST,DELETE /{app}/subscriptions`.
pub(super) async fn of_app(call: &Call, app_id: &str) -> Result<Value, Refusal> {
    call.caller()?.as_app(app_id)?;
    match call.method.as_str() {
        "GET" => Ok(call.meta.with(|world| {
            let app = world.businesses.apps.get(app_id);
            json!({"data": app.and_then(listed).into_iter().collect::<Vec<_>>()})
        })),
        "POST" => {
            if call.params.text("object").as_deref() != Some("whatsapp_business_account") {
                return Err(Refusal::parameter("The parameter object is required."));
            }
            let url = call
                .params
                .text("callback_url")
                .ok_or_else(|| Refusal::parameter("callback_url is missing"))?;
            let verify_token = call.params.text("verify_token").unwrap_or_default();
            let fields = fields(call)?;
            let callback = shake(call, &url, &verify_token).await?;
            change_app(call, app_id, |app| {
                app.callback = Some(callback);
                app.fields = fields;
            })
        }
        "DELETE" => change_app(call, app_id, |app| {
            app.callback = None;
            app.fields.clear();
        }),
        _ => Err(Refusal::no_such_node(app_id)),
    }
}

/// The fields of the webhooks of business accounts.
const FIELDS: [&str; 36] = [
    "account_alerts",
    "account_review_update",
    "account_settings_update",
    "account_update",
    "automatic_events",
    "business_capability_update",
    "business_status_update",
    "business_username_update",
    "business_username_updates",
    "calls",
    "consumer_profile",
    "flows",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
    "history",
    "message_echoes",
    "message_template_components_update",
    "message_template_quality_update",
    "message_template_status_update",
    "messages",
    "messaging_handovers",
    "partner_solutions",
    "payment_configuration_update",
    "phone_number_name_update",
    "phone_number_quality_update",
    "security",
    "smb_app_state_sync",
    "smb_message_echoes",
    "standby",
    "template_category_update",
    "template_correct_category_detection",
    "tracking_events",
    "user_preferences",
    "whatsapp_account",
];

/// The fields that are asked for. One that Meta does not know refuses the whole call.
fn fields(call: &Call) -> Result<Vec<String>, Refusal> {
    let given = match call.params.get("fields") {
        Some(Value::Array(fields)) => fields.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => call.params.text("fields").unwrap_or_default().split(',').map(str::to_owned).collect::<Vec<_>>(),
    };
    let given = given.into_iter().map(|field| field.trim().to_owned()).filter(|field| !field.is_empty());
    let given: Vec<String> = given.collect();
    let refused = call.meta.with(|world| world.settings.refused_fields.clone());
    let odd = given.iter().position(|field| !FIELDS.contains(&&**field) || refused.contains(field));
    match odd {
        Some(place) => Err(Refusal::parameter(format!(
            "Param fields[{place}] must be one of {{{}}} - got \"{}\".",
            FIELDS.join(", "),
            given[place]
        ))),
        None => Ok(given),
    }
}

fn listed(app: &App) -> Option<Value> {
    let callback = app.callback.as_ref()?;
    let fields: Vec<Value> =
        app.fields.iter().map(|name| json!({"name": name, "version": "v25.0"})).collect();
    Some(
        json!({"object": "whatsapp_business_account", "callback_url": callback.url, "active": true, "fields": fields}),
    )
}

fn change_app(call: &Call, app_id: &str, change: impl FnOnce(&mut App)) -> Result<Value, Refusal> {
    call.meta.with(|world| {
        let app = world.businesses.apps.get_mut(app_id).ok_or_else(|| Refusal::no_such_node(app_id))?;
        change(app);
        Ok(json!({"success": true}))
    })
}

/// `GET,POST,DELETE /{account}/subscribed_apps`.
pub(super) async fn of_account(call: &Call, account_id: &str) -> Result<Value, Refusal> {
    let caller = call.caller()?;
    let found = call.meta.with(|world| {
        world
            .businesses
            .accounts
            .get(account_id)
            .map(|account| (account.subscribed, account.callback.clone()))
    });
    let (subscribed, callback) = found.ok_or_else(|| Refusal::no_such_node(account_id))?;
    let app_id = caller.on_account(account_id, SCOPE)?.app_id.clone();
    let set = |subscribed: bool, callback: Option<Callback>| {
        call.meta.with(|world| {
            if let Some(account) = world.businesses.accounts.get_mut(account_id) {
                (account.subscribed, account.callback) = (subscribed, callback);
            }
        });
        Ok(json!({"success": true}))
    };
    match call.method.as_str() {
        "GET" => {
            let link = format!("https://www.facebook.com/games/?app_id={app_id}");
            let mut one =
                json!({"whatsapp_business_api_data": {"id": app_id, "link": link, "name": "Simulated app"}});
            if let Some(callback) = callback {
                one["override_callback_uri"] = json!(callback.url);
            }
            Ok(json!({"data": if subscribed { vec![one] } else { Vec::new() }}))
        }
        "POST" => match call.params.text("override_callback_uri").filter(|url| !url.is_empty()) {
            None => set(true, None),
            Some(_) if !subscribed => Err(not_subscribed()),
            Some(url) => {
                let verify_token = call.params.text("verify_token").unwrap_or_default();
                let callback = override_with(call, &url, &verify_token).await?;
                set(true, Some(callback))
            }
        },
        "DELETE" => set(false, None),
        _ => Err(Refusal::no_such_node(account_id)),
    }
}

/// `POST /{number}` with a `webhook_configuration`.
pub(super) async fn of_number(call: &Call, id: &str, webhook: &Value) -> Result<Value, Refusal> {
    let Some(url) = webhook["override_callback_uri"].as_str() else {
        return Err(Refusal::parameter("override_callback_uri is missing"));
    };
    let subscribed = call.meta.with(|world| {
        let account = world.businesses.numbers.get(id).map(|number| &number.account_id);
        account.and_then(|id| world.businesses.accounts.get(id)).is_some_and(|account| account.subscribed)
    });
    let callback = if url.is_empty() {
        None
    } else if subscribed {
        let verify_token = webhook["verify_token"].as_str().unwrap_or_default();
        Some(override_with(call, url, verify_token).await?)
    } else {
        return Err(not_subscribed());
    };
    call.meta.with(|world| {
        if let Some(number) = world.businesses.numbers.get_mut(id) {
            number.callback = callback;
            number.short_cut = false;
        }
    });
    Ok(json!({"success": true}))
}

async fn override_with(call: &Call, url: &str, verify_token: &str) -> Result<Callback, Refusal> {
    if url.chars().count() > LONGEST_CALLBACK {
        return Err(Refusal::parameter("override_callback_uri has more than 200 characters"));
    }
    shake(call, url, verify_token).await
}

async fn shake(call: &Call, url: &str, verify_token: &str) -> Result<Callback, Refusal> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(Refusal::parameter("The callback is not a web address"));
    }
    let url = handshake::as_called(url);
    handshake::shake(&call.meta, &url, verify_token).await?;
    Ok(Callback { url })
}

fn not_subscribed() -> Refusal {
    Refusal::parameter(
        "Before override the current callback uri, your app must be subscribed to receive messages for WhatsApp \
         Business Account",
    )
}
