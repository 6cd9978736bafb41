//! Files that people uploaded, and what Meta calls them.

use std::time::Duration;

use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::media::{Media, State};

use crate::engine::{Bench, contract};

contract!(
    uploads_are_listed_page_by_page_newest_first,
    what_contacts_sent_is_not_offered,
    a_file_at_meta_is_known_for_its_number_until_its_time,
    a_file_given_again_has_its_newest_name,
    a_deleted_file_is_forgotten_at_meta,
    names_whose_time_is_over_go,
);

fn file(bench: &Bench, account: Id<Account>, name: &str) -> Media {
    Media {
        id: bench.clock.id(),
        account,
        integration: None,
        contact: None,
        state: State::Stored,
        mime_type: "image/png".into(),
        size: Some(3),
        sha256: Some("00".into()),
        filename: Some(name.into()),
        meta_id: None,
        expires_at: None,
        created_at: bench.clock.now(),
    }
}

async fn stored(bench: &Bench, account: Id<Account>, name: &str) -> Media {
    let it = file(bench, account, name);
    bench.store.insert_media(&it).await.unwrap();
    bench.clock.advance(Duration::from_millis(5));
    it
}

fn names(files: &[Media]) -> Vec<&str> {
    files.iter().map(|it| it.filename.as_deref().unwrap()).collect()
}

async fn uploads_are_listed_page_by_page_newest_first(bench: Bench) {
    let account = bench.clock.id();
    for name in ["a", "b", "c"] {
        stored(&bench, account, name).await;
    }
    stored(&bench, bench.clock.id(), "of another account").await;
    let first = bench.store.uploaded_media(account, None, 2).await.unwrap();
    assert_eq!(names(&first), ["c", "b"]);
    let rest = bench.store.uploaded_media(account, Some(first[1].id), 2).await.unwrap();
    assert_eq!(names(&rest), ["a"]);
}

async fn what_contacts_sent_is_not_offered(bench: Bench) {
    let account = bench.clock.id();
    let theirs = Media { contact: Some(bench.clock.id()), ..file(&bench, account, "theirs") };
    bench.store.insert_media(&theirs).await.unwrap();
    let pending = Media { state: State::Pending, ..file(&bench, account, "pending") };
    bench.store.insert_media(&pending).await.unwrap();
    assert!(bench.store.uploaded_media(account, None, 10).await.unwrap().is_empty());
}

async fn a_file_at_meta_is_known_for_its_number_until_its_time(bench: Bench) {
    let it = stored(&bench, bench.clock.id(), "a").await;
    let now = bench.clock.now();
    let until = now.after(Duration::from_mins(1));
    bench.store.media_is_at_meta(it.id, "1", "meta-1", until).await.unwrap();
    let known = bench.store.media_at_meta(it.id, "1", now).await.unwrap();
    assert_eq!(known.as_deref(), Some("meta-1"));
    assert_eq!(bench.store.media_at_meta(it.id, "2", now).await.unwrap(), None);
    assert_eq!(bench.store.media_at_meta(it.id, "1", until).await.unwrap(), None);
}

async fn a_file_given_again_has_its_newest_name(bench: Bench) {
    let it = stored(&bench, bench.clock.id(), "a").await;
    let now = bench.clock.now();
    for name in ["meta-1", "meta-2"] {
        bench.store.media_is_at_meta(it.id, "1", name, now.after(Duration::from_mins(1))).await.unwrap();
    }
    let known = bench.store.media_at_meta(it.id, "1", now).await.unwrap();
    assert_eq!(known.as_deref(), Some("meta-2"));
    bench.store.media_left_meta(it.id, "1").await.unwrap();
    assert_eq!(bench.store.media_at_meta(it.id, "1", now).await.unwrap(), None);
}

async fn a_deleted_file_is_forgotten_at_meta(bench: Bench) {
    let account = bench.clock.id();
    let it = stored(&bench, account, "a").await;
    let now = bench.clock.now();
    bench.store.media_is_at_meta(it.id, "1", "meta-1", now.after(Duration::from_mins(1))).await.unwrap();
    // Somebody else's word changes nothing.
    assert!(!bench.store.delete_media(bench.clock.id(), it.id).await.unwrap());
    assert!(bench.store.media_at_meta(it.id, "1", now).await.unwrap().is_some());
    assert!(bench.store.delete_media(account, it.id).await.unwrap());
    assert!(bench.store.media_at_meta(it.id, "1", now).await.unwrap().is_none());
}

async fn names_whose_time_is_over_go(bench: Bench) {
    let it = stored(&bench, bench.clock.id(), "a").await;
    let now = bench.clock.now();
    bench.store.media_is_at_meta(it.id, "1", "old", now.after(Duration::from_secs(1))).await.unwrap();
    bench.store.media_is_at_meta(it.id, "2", "young", now.after(Duration::from_secs(9))).await.unwrap();
    bench.store.forget_uploads(now.after(Duration::from_secs(5))).await.unwrap();
    assert_eq!(bench.store.media_at_meta(it.id, "1", now).await.unwrap(), None);
    assert!(bench.store.media_at_meta(it.id, "2", now).await.unwrap().is_some());
}
