//! The example shop that the starter bots ask.

use reqwest::Method;
use serde_json::{Value, json};

use crate::rig::Rig;

async fn ask(rig: &Rig, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let mut request = reqwest::Client::new().request(method, format!("{}/_sim/shop{path}", rig.meta.url()));
    if let Some(body) = body {
        request = request.json(&body);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap_or_default())
}

#[tokio::test]
async fn products_are_listed_in_both_languages_and_found_by_name() {
    let rig = Rig::start().await;
    let (_, german) = ask(&rig, Method::GET, "/products?language=de", None).await;
    assert_eq!(german["items"].as_array().unwrap().len(), 6);
    assert_eq!(german["items"][0]["name"], "Alpakaschal");
    let (_, bowl) = ask(&rig, Method::GET, "/products/oak%20bowl?language=en", None).await;
    assert_eq!((&bowl["id"], &bowl["price"], &bowl["stock"]), (&json!("bowl"), &json!(59), &json!(5)));
    assert_eq!(ask(&rig, Method::GET, "/products/car", None).await.0, 404);
}

#[tokio::test]
async fn an_order_takes_all_or_nothing_and_can_be_followed() {
    let rig = Rig::start().await;
    let order = |items: Value| Some(json!({ "items": items, "name": "Ana", "address": "Mill Lane" }));
    let place = |body| ask(&rig, Method::POST, "/orders", body);
    let (status, placed) =
        place(order(json!([{ "product": "scarf", "count": 2 }, { "product": "bowl", "count": 1 }]))).await;
    assert_eq!((status, &placed["number"], &placed["total"]), (201, &json!("AO-2001"), &json!(157)));
    assert_eq!(ask(&rig, Method::GET, "/orders/AO-2001", None).await.1["state"], "preparing");
    // Four bowls are left; three and two are not there.
    let split = order(json!([{ "product": "bowl", "count": 3 }, { "product": "bowl", "count": 2 }]));
    assert_eq!(place(split).await, (409, json!({ "error": "out_of_stock" })));
    assert_eq!(place(order(json!([{ "product": "car", "count": 1 }]))).await.0, 422);
    assert_eq!(place(order(json!([]))).await.0, 422);
    assert_eq!(place(Some(json!("x"))).await.0, 422);
    assert_eq!(ask(&rig, Method::GET, "/products/bowl", None).await.1["stock"], 4);
    for (number, state) in
        [("AO-1001", "preparing"), ("AO-1002", "sent"), ("AO-1003", "delivered"), ("AO-1004", "cancelled")]
    {
        assert_eq!(ask(&rig, Method::GET, &format!("/orders/{number}"), None).await.1["state"], state);
    }
    for number in ["AO-2002", "AO-1", "AO-99999999999999999999", "x"] {
        assert_eq!(ask(&rig, Method::GET, &format!("/orders/{number}"), None).await.0, 404);
    }
}

#[tokio::test]
async fn an_appointment_is_given_once_and_can_be_given_back() {
    let rig = Rig::start().await;
    // A Monday far ahead.
    let free = "/appointments?date=2099-06-01";
    assert_eq!(ask(&rig, Method::GET, free, None).await.1["free"].as_array().unwrap().len(), 5);
    let wanted = json!({ "date": "2099-06-01", "time": "09:00" });
    let (status, booked) = ask(&rig, Method::POST, "/appointments", Some(wanted.clone())).await;
    assert_eq!((status, &booked["number"]), (201, &json!("T-101")));
    assert_eq!(
        ask(&rig, Method::POST, "/appointments", Some(wanted)).await,
        (409, json!({ "error": "taken" }))
    );
    assert_eq!(ask(&rig, Method::GET, free, None).await.1["free"].as_array().unwrap().len(), 4);
    assert_eq!(ask(&rig, Method::DELETE, "/appointments/t-101", None).await.0, 204);
    assert_eq!(ask(&rig, Method::DELETE, "/appointments/T-101", None).await.0, 404);
    // A Sunday, and no day at all.
    for date in ["2099-06-07", "soon"] {
        let (_, none) = ask(&rig, Method::GET, &format!("/appointments?date={date}"), None).await;
        assert_eq!(none["free"], json!([]), "{date}");
    }
}

#[tokio::test]
async fn a_wish_is_kept_until_a_reset() {
    let rig = Rig::start().await;
    let path = "/subscribers/4915123456789";
    assert_eq!(ask(&rig, Method::GET, path, None).await.0, 404);
    let wish = json!({ "subscribed": false });
    assert_eq!(ask(&rig, Method::PUT, path, Some(wish.clone())).await, (200, wish.clone()));
    assert_eq!(ask(&rig, Method::GET, path, None).await.1, wish);
    assert_eq!(ask(&rig, Method::PUT, path, Some(json!({}))).await.0, 422);
    rig.post("/_sim/reset", &json!({})).await;
    assert_eq!(ask(&rig, Method::GET, path, None).await.0, 404);
    let pdf = reqwest::get(format!("{}/_sim/shop/care.pdf", rig.meta.url())).await.unwrap();
    assert_eq!(pdf.headers()["content-type"], "application/pdf");
    assert!(pdf.bytes().await.unwrap().starts_with(b"%PDF-"));
}
