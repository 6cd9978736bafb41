//! What an integration's owner chose really acts.

use chasqui_model::integration::Recipients;

use crate::bot::{Bot, SOON, echo, eventually, menu, next, silence};

#[tokio::test]
async fn an_inactive_integration_answers_meta_and_nobody_else() {
    let bot = Bot::with(echo(), |it| it.active = false).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    ana.settles(SOON).await.unwrap();
    silence(&ana).await;
    assert!(bot.conversations().await.is_empty());
    let hours = eventually(|| async {
        let app = &bot.server().app;
        let hours = app.store.activity(bot.account, bot.clock.now()).await.unwrap();
        hours.get(&bot.integration).filter(|hours| hours[0].ignored > 0).cloned()
    })
    .await;
    assert_eq!((hours[0].ignored, hours[0].messages), (1, 0));
}

#[tokio::test]
async fn a_switch_off_holds_what_is_queued_and_a_switch_on_lets_it_go() {
    let bot = Bot::with_flow(menu()).await;
    bot.meta.set(|settings| settings.latency_ms = 100);
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    next(&ana).await;
    bot.change(|it| it.active = false).await;
    ana.says("Ana").unwrap();
    ana.settles(SOON).await.unwrap();
    silence(&ana).await;
    bot.change(|it| it.active = true).await;
    ana.says("Ana").unwrap();
    assert!(next(&ana).await.starts_with("Hello Ana"));
}

#[tokio::test]
async fn only_listed_numbers_are_answered() {
    let bot = Bot::with_flow(echo()).await;
    let (ana, ben) = (bot.contact("Ana"), bot.contact("Ben"));
    let numbers = vec![format!("+{}", ana.wa_id())];
    bot.change(|it| it.settings.recipients = Recipients::Only { numbers }).await;
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "echo hi");
    ben.says("hi").unwrap();
    ben.settles(SOON).await.unwrap();
    silence(&ben).await;
}

#[tokio::test]
async fn messages_are_marked_as_read_when_the_owner_wants_it() {
    let bot = Bot::with(echo(), |it| it.settings.typing_indicator = true).await;
    let ana = bot.contact("Ana");
    let wamid = ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "echo hi");
    eventually(|| async {
        (ana.status_of(&wamid) == Some(chasqui_simulator::ItemStatus::Read)).then_some(())
    })
    .await;
}
