//! Bots that are talked to, and what contacts of the simulated Meta send.

use std::time::Duration;

use anyhow::{Result, ensure};
use chasqui_simulator::harness::{self, Contact};
use serde_json::{Value, json};

use crate::ground::SOON;

/// Repeats what it hears, for ever.
pub fn echo() -> Value {
    json!({ "format": 1, "name": "Echo", "start": "ask", "variables": { "said": "text" }, "nodes": [
        { "id": "ask", "type": "question_text", "text": "echo {message.text}", "save_as": "said", "ports": { "next": "ask" } }] })
}

/// Says one thing and ends.
pub fn says(text: &str) -> Value {
    json!({ "format": 1, "name": "Says", "start": "bye", "nodes": [{ "id": "bye", "type": "end", "text": text }] })
}

/// Runs these nodes; `fine` and `trouble`, where a way leads to them, end the conversation with those words.
pub fn flow(variables: Value, mut nodes: Vec<Value>) -> Value {
    let start = nodes[0]["id"].clone();
    let text = json!(nodes).to_string();
    for (id, says) in [("fine", "Fine."), ("trouble", "Trouble.")] {
        if text.contains(&format!("\"{id}\"")) {
            nodes.push(json!({ "id": id, "type": "end", "text": says }));
        }
    }
    json!({ "format": 1, "name": "Flow", "start": start, "variables": variables, "nodes": nodes })
}

/// The next message on this phone.
pub async fn next(contact: &Contact) -> Result<String> {
    Ok(contact.next(SOON).await.map_err(|error| anyhow::anyhow!("{error}"))?.to_string())
}

/// The same after a kill: what may have been sent already is sent once more only when no status has told of it.
pub async fn next_after_kill(contact: &Contact) -> Result<String> {
    let heard = contact.next(Duration::from_mins(1)).await;
    Ok(heard.map_err(|error| anyhow::anyhow!("{error}"))?.to_string())
}

/// Fails when anything more arrives.
pub async fn silence(contact: &Contact, time: Duration) -> Result<()> {
    match contact.next(time).await {
        Ok(seen) => Err(anyhow::anyhow!("unexpected: {seen}")),
        Err(_) => Ok(()),
    }
}

/// Says something and hears this.
pub async fn hears(contact: &Contact, says: &str, hears: &str) -> Result<()> {
    contact.says(says).map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let heard = next(contact).await?;
    ensure!(heard == hears, "heard {heard:?} instead of {hears:?}");
    Ok(())
}

/// A text message as Meta delivers it.
pub fn text(from: &str, wamid: &str, timestamp: i64, body: &str) -> Value {
    json!({ "from": from, "id": wamid, "timestamp": timestamp.to_string(), "type": "text", "text": { "body": body } })
}

/// A delivery of messages for a number.
pub fn delivery_for(number: &str, account: &str, messages: &[Value]) -> Value {
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": account, "changes": [{ "field": "messages",
        "value": { "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "15550783881", "phone_number_id": number }, "messages": messages } }] }] })
}

/// A delivery of messages for Ana's number.
pub fn delivery(messages: &[Value]) -> Value {
    delivery_for(harness::NUMBER, harness::ACCOUNT, messages)
}
