//! People on SQLite: what is read to tell who somebody is, and what is written down about them.

use chasqui_model::contact::Contact;
use chasqui_model::message::AliasKind;
use chasqui_model::{Id, window};
use rusqlite::{Connection, OptionalExtension, params};

use crate::Result;
use crate::inbox::Arrival;
use crate::people::{Directory, Face, Hold, Met, asked, name};

/// As [`chasqui_model::window::noted`] has it, in milliseconds.
const NOTED_WITHIN: i64 = window::NOTED_WITHIN.as_secs().cast_signed() * 1000;
const FIND_ALIAS: &str = "SELECT contact, since, until, former FROM contact_alias
    WHERE part = ?1 AND integration = ?2 AND kind = ?3 AND value = ?4";
const SET_ALIAS: &str =
    "INSERT INTO contact_alias (part, integration, kind, value, contact, since, until, former)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (part, integration, kind, value) DO UPDATE
    SET contact = excluded.contact, since = excluded.since, until = excluded.until, former = excluded.former";
const GIVE_UP: &str = "UPDATE contact_alias SET until = ?6
    WHERE part = ?1 AND integration = ?2 AND kind = ?3 AND value = ?4 AND contact = ?5 AND until IS NULL";
const FACE: &str =
    "SELECT name, wa_id, user_id, username, named_at, last_inbound_at FROM contact WHERE id = ?1";
const ADD_CONTACT: &str = "INSERT INTO contact
    (part, id, account, integration, name, wa_id, user_id, username, created_at, last_inbound_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
const SEE_CONTACT: &str = "UPDATE contact SET name = coalesce(?3, name), username = coalesce(?4, username),
    last_inbound_at = CASE WHEN ?5 >= coalesce(last_inbound_at, 0) + ?2 THEN ?5 ELSE last_inbound_at END WHERE id = ?1 AND (
        ?5 >= coalesce(last_inbound_at, 0) + ?2 OR name <> ?3 OR username <> ?4
        OR (name IS NULL AND ?3 IS NOT NULL) OR (username IS NULL AND ?4 IS NOT NULL))";
const CHANGE_CONTACT: &str =
    "UPDATE contact SET name = ?2, username = ?3, last_inbound_at = ?4, wa_id = ?5, user_id = ?6,
    named_at = ?7 WHERE id = ?1";

/// The contact an arrival belongs to. Reads no more than the names, as long as they lead to one contact or to none.
pub(super) fn meet(connection: &Connection, arrival: &Arrival) -> Result<Met> {
    let at = arrival.said_at.millis();
    let mut directory = Directory::default();
    let mut steady = None;
    let mut is_steady = arrival.also.is_empty();
    for (kind, value) in arrival.sender.aliases() {
        let hold = find(connection, arrival, kind, value)?;
        let contact = hold.filter(|hold| hold.is_steady(at)).map(|hold| hold.contact);
        is_steady &= contact.is_some() && (steady.is_none() || steady == contact);
        steady = contact;
        if let Some(hold) = hold {
            directory.holds.insert(name(arrival.integration, kind, value), hold);
        }
    }
    if let Some(contact) = steady.filter(|_| is_steady) {
        see(connection, arrival, contact)?;
        return Ok(Met { contact, renamed: Vec::new() });
    }
    read(connection, arrival, &mut directory)?;
    let met = directory.meet(arrival);
    write(connection, &directory)?;
    Ok(met)
}

fn find(connection: &Connection, arrival: &Arrival, kind: AliasKind, value: &str) -> Result<Option<Hold>> {
    let (part, integration) = (arrival.part.number(), arrival.integration.bytes());
    let mut statement = connection.prepare_cached(FIND_ALIAS)?;
    let found = statement.query_row(params![part, integration, kind.number(), value], |row| {
        Ok(Hold {
            contact: super::id(row, 0)?,
            since: row.get(1)?,
            until: row.get(2)?,
            former: row.get::<_, Option<[u8; 16]>>(3)?.map(Id::from_bytes),
        })
    });
    Ok(found.optional()?)
}

fn see(connection: &Connection, arrival: &Arrival, contact: Id<Contact>) -> Result<()> {
    let sender = &arrival.sender;
    connection.prepare_cached(SEE_CONTACT)?.execute(params![
        contact.bytes(),
        NOTED_WITHIN,
        sender.name,
        sender.username,
        arrival.last_inbound()
    ])?;
    Ok(())
}

/// Names that were not asked for yet, and everybody they lead or led to.
fn read(connection: &Connection, arrival: &Arrival, directory: &mut Directory) -> Result<()> {
    let names = || asked(arrival).map(|(kind, value)| (name(arrival.integration, kind, &value), value));
    for (name, value) in names() {
        let known = arrival.sender.id(name.1) == Some(&value) || directory.holds.contains_key(&name);
        if !known && let Some(hold) = find(connection, arrival, name.1, &value)? {
            directory.holds.insert(name, hold);
        }
    }
    let people: Vec<_> =
        directory.holds.values().flat_map(|hold| [Some(hold.contact), hold.former]).flatten().collect();
    for contact in people {
        let mut statement = connection.prepare_cached(FACE)?;
        let face = statement.query_row([contact.bytes()], |row| {
            Ok(Face {
                name: row.get(0)?,
                wa_id: row.get(1)?,
                user_id: row.get(2)?,
                username: row.get(3)?,
                named_at: row.get(4)?,
                last_inbound_at: row.get(5)?,
            })
        });
        if let Some(face) = face.optional()? {
            directory.faces.insert(contact, face);
        }
    }
    Ok(())
}

fn write(connection: &Connection, directory: &Directory) -> Result<()> {
    for (id, it) in &directory.newcomers {
        let face = directory.face(*id);
        connection.prepare_cached(ADD_CONTACT)?.execute(params![
            it.part.number(),
            id.bytes(),
            it.account.bytes(),
            it.integration.bytes(),
            face.name,
            face.wa_id,
            face.user_id,
            face.username,
            it.at,
            face.last_inbound_at
        ])?;
    }
    for id in directory.changed.keys() {
        let face = directory.face(*id);
        connection.prepare_cached(CHANGE_CONTACT)?.execute(params![
            id.bytes(),
            face.name,
            face.username,
            face.last_inbound_at,
            face.wa_id,
            face.user_id,
            face.named_at
        ])?;
    }
    write_names(connection, directory)
}

fn write_names(connection: &Connection, directory: &Directory) -> Result<()> {
    for ((integration, kind, value), it) in &directory.given_up {
        let (part, kind) = (it.part.number(), kind.number());
        let values = params![part, integration.bytes(), kind, value, it.contact.bytes(), it.at];
        connection.prepare_cached(GIVE_UP)?.execute(values)?;
    }
    for (name, it) in &directory.renamed {
        let (integration, kind, value) = name;
        let Some(hold) = directory.holds.get(name) else { continue };
        connection.prepare_cached(SET_ALIAS)?.execute(params![
            it.part.number(),
            integration.bytes(),
            kind.number(),
            value,
            hold.contact.bytes(),
            hold.since,
            hold.until,
            hold.former.map(Id::bytes)
        ])?;
    }
    Ok(())
}
