//! Tokens: exchanging and looking at them.

use std::time::Duration;

use chasqui_model::secret::Secret;
use chasqui_simulator::TokenSpec;
use chasqui_simulator::harness::{self, ACCOUNT, APP, SECRET, TOKEN};
use chasqui_whatsapp::client::CallError;
use chasqui_whatsapp::error::Class;

use crate::rig::{Hook, Rig, version};

async fn rig() -> Rig {
    let mut spec = harness::business();
    spec.tokens.push(TokenSpec {
        token: "short".into(),
        kind: "USER".into(),
        expires_in: Some(3600),
        scopes: vec!["whatsapp_business_messaging".into()],
        revoked: false,
    });
    Rig::with(Hook::start().await, spec).await
}

#[tokio::test]
async fn a_short_token_becomes_a_long_one() {
    let rig = rig().await;
    let app = rig.client.app(version(), APP, &Secret::new(SECRET)).unwrap();
    let long = rig.client.exchange_token(&app, &Secret::new("short")).await.unwrap();
    assert_eq!(long.expires_in, Some(5_183_944));
    rig.meta.advance(Duration::from_hours(2));
    let info = rig.client.debug_token(&app, &long.access_token).await.unwrap();
    assert!(info.is_valid);
    assert_eq!((info.app_id.as_deref(), info.kind.as_deref()), (Some(APP), Some("USER")));
    assert_eq!(
        (info.scopes, info.business_accounts),
        (vec!["whatsapp_business_messaging".into()], vec![ACCOUNT.into()])
    );
    assert!(info.expires_at.is_some());

    let info = rig.client.debug_token(&app, &Secret::new("short")).await.unwrap();
    assert_eq!((info.is_valid, info.error.map(|error| error.0)), (false, Some(190)));
    let Err(CallError::Refused(error)) = rig.client.exchange_token(&app, &Secret::new("short")).await else {
        panic!()
    };
    assert_eq!(error.class(), Class::Token, "an expired token cannot be exchanged");
}

#[tokio::test]
async fn a_system_users_token_stays_for_ever() {
    let rig = rig().await;
    let app = rig.client.app(version(), APP, &Secret::new(SECRET)).unwrap();
    assert_eq!(rig.client.exchange_token(&app, &Secret::new(TOKEN)).await.unwrap().expires_in, None);
    let info = rig.client.debug_token(&app, &Secret::new(TOKEN)).await.unwrap();
    assert_eq!((info.expires_at, info.is_valid), (None, true));
}

#[tokio::test]
async fn another_secret_or_token_is_refused() {
    let rig = rig().await;
    let app = rig.client.app(version(), APP, &Secret::new("wrong")).unwrap();
    assert!(rig.client.exchange_token(&app, &Secret::new("short")).await.is_err());
    assert!(rig.client.debug_token(&app, &Secret::new("short")).await.is_err());
    let app = rig.client.app(version(), APP, &Secret::new(SECRET)).unwrap();
    assert!(rig.client.exchange_token(&app, &Secret::new("unknown")).await.is_err());
    assert!(!rig.client.debug_token(&app, &Secret::new("unknown")).await.unwrap().is_valid);
}
