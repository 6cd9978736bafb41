//! The statements of the hot path. Each takes a batch as arrays and names the part of every row it touches, so that a
//! distributed PostgreSQL knows where to go.

use crate::db::statements;

statements! {
    LOCK_PARTS = "SELECT pg_advisory_xact_lock_shared($1, u.part::int4) FROM unnest($2::int2[]) AS u(part) ORDER BY u.part";
    HELD = "SELECT part, epoch FROM part_lease WHERE part = ANY($1) AND owner = $2";
    // Contacts of whom older work is there than a turn is about.
    BEHIND = "SELECT u.seq FROM unnest($1::int2[], $2::uuid[], $3::int8[]) AS u(part, contact, seq) \
        WHERE EXISTS (SELECT 1 FROM inbox i WHERE i.part = u.part AND i.contact = u.contact AND i.seq < u.seq)";
    SEEN = "INSERT INTO dedupe (part, integration, key, at) \
        SELECT * FROM unnest($1::int2[], $2::uuid[], $3::uuid[], $4::int8[]) ON CONFLICT DO NOTHING RETURNING integration, key";
    // The same while versions before may have kept other keys.
    SEEN_EITHER = "INSERT INTO dedupe (part, integration, key, at) SELECT u.part, u.integration, u.key, u.at \
        FROM unnest($1::int2[], $2::uuid[], $3::uuid[], $4::int8[], $5::uuid[]) AS u(part, integration, key, at, former) \
        WHERE NOT EXISTS (SELECT 1 FROM dedupe d WHERE d.part = u.part AND d.integration = u.integration AND d.key = u.former) \
        ON CONFLICT DO NOTHING RETURNING integration, key";
    // A name, whom it leads to, and what is known of them. Lateral, so that the name is looked up first: a planner that
    // knows nothing of the tables yet might begin with the part.
    WHO = "SELECT a.integration, a.kind, a.value, a.since, a.until, a.former, c.id, c.name, c.wa_id, c.user_id, \
        c.username, c.named_at, c.last_inbound_at \
        FROM unnest($1::int2[], $2::uuid[], $3::int2[], $4::text[]) AS u(part, integration, kind, value) \
        JOIN contact_alias a ON a.part = u.part AND a.integration = u.integration AND a.kind = u.kind AND a.value = u.value \
        CROSS JOIN LATERAL (SELECT * FROM contact c WHERE c.part = a.part AND c.id = a.contact OFFSET 0) c";
    ADD_CONTACTS = "INSERT INTO contact (part, id, account, integration, name, wa_id, user_id, username, created_at, \
        last_inbound_at) SELECT * FROM unnest($1::int2[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], \
        $7::text[], $8::text[], $9::int8[], $10::int8[])";
    // Of people who went by a name before somebody else took it. Asked for when there are any.
    FACES = "SELECT c.id, c.name, c.wa_id, c.user_id, c.username, c.named_at, c.last_inbound_at \
        FROM unnest($1::int2[], $2::uuid[]) AS u(part, id) JOIN contact c ON c.part = u.part AND c.id = u.id";
    SEE_CONTACTS = "UPDATE contact c SET name = coalesce(u.name, c.name), username = coalesce(u.username, c.username), \
        wa_id = CASE WHEN u.ids THEN u.wa_id ELSE c.wa_id END, \
        user_id = CASE WHEN u.ids THEN u.user_id ELSE c.user_id END, named_at = coalesce(u.named_at, c.named_at), \
        last_inbound_at = greatest(c.last_inbound_at, u.at) \
        FROM unnest($1::int2[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int8[], $8::bool[], \
        $9::int8[]) AS u(part, id, name, wa_id, user_id, username, at, ids, named_at) \
        WHERE c.part = u.part AND c.id = u.id";
    // Fewer rows than asked for: another process has met the same person at this moment.
    ADD_ALIASES = "INSERT INTO contact_alias (part, integration, kind, value, contact, since, until, former) \
        SELECT * FROM unnest($1::int2[], $2::uuid[], $3::int2[], $4::text[], $5::uuid[], $6::int8[], $7::int8[], \
        $8::uuid[]) ON CONFLICT DO NOTHING";
    // As above: the name led to somebody else when it was asked for.
    MOVE_ALIASES = "UPDATE contact_alias a SET contact = u.contact, since = u.since, until = u.until, former = u.former \
        FROM unnest($1::int2[], $2::uuid[], $3::int2[], $4::text[], $5::uuid[], $6::int8[], $7::int8[], $8::uuid[], \
        $9::uuid[]) AS u(part, integration, kind, value, contact, since, until, former, was) \
        WHERE a.part = u.part AND a.integration = u.integration AND a.kind = u.kind AND a.value = u.value \
        AND a.contact = u.was";
    GIVE_UP_ALIASES = "UPDATE contact_alias a SET until = u.at \
        FROM unnest($1::int2[], $2::uuid[], $3::int2[], $4::text[], $5::uuid[], $6::int8[]) \
        AS u(part, integration, kind, value, contact, at) \
        WHERE a.part = u.part AND a.integration = u.integration AND a.kind = u.kind AND a.value = u.value \
        AND a.contact = u.contact AND a.until IS NULL";
    // Numbers are drawn after the sort, so they grow in the order of the arrays.
    ADD_ITEMS = "INSERT INTO inbox (seq, part, integration, contact, kind, payload, received_at) \
        SELECT nextval('inbox_seq'), u.part, u.integration, u.contact, u.kind, u.payload, u.at \
        FROM unnest($1::int2[], $2::uuid[], $3::uuid[], $4::int4[], $5::text[], $6::int8[]) \
        WITH ORDINALITY AS u(part, integration, contact, kind, payload, at, n) ORDER BY u.n RETURNING seq";
    DONE = "DELETE FROM inbox i USING unnest($1::int2[], $2::uuid[], $3::int8[]) AS u(part, contact, seq) \
        WHERE i.part = u.part AND i.contact = u.contact AND i.seq = u.seq RETURNING i.contact, i.seq";
    REST = "UPDATE inbox i SET kind = u.kind, payload = u.payload \
        FROM unnest($1::int2[], $2::uuid[], $3::int8[], $4::int4[], $5::text[]) AS u(part, contact, seq, kind, payload) \
        WHERE i.part = u.part AND i.contact = u.contact AND i.seq = u.seq RETURNING i.contact, i.seq";
    CLOSE_CALLS = "UPDATE call c SET state = u.state, result = u.result, duration_ms = u.duration_ms \
        FROM unnest($1::int2[], $2::uuid[], $3::int8[], $4::int8[], $5::text[], $6::int8[]) \
        AS u(part, conversation, no, state, result, duration_ms) \
        WHERE c.part = u.part AND c.conversation = u.conversation AND c.no = u.no AND c.state = 0 \
        RETURNING c.conversation, c.no";
    CLOSE_TIMERS = "DELETE FROM timer t USING unnest($1::int2[], $2::int8[], $3::uuid[]) AS u(part, due, id) \
        WHERE t.part = u.part AND t.due = u.due AND t.id = u.id RETURNING t.id";
    BURY = "INSERT INTO dead_letter (part, id, account, integration, contact, cause, raw, at) \
        SELECT * FROM unnest($1::int2[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::bytea[], $8::int8[]) \
        ON CONFLICT DO NOTHING";
    UPDATE_CONVERSATIONS = "UPDATE conversation c SET status = u.status, state = u.state, version = u.version, \
        turns = u.turns, messages = u.messages, last_message_at = u.last_message_at, \
        listed_at = CASE WHEN c.listed_at < u.last_message_at - 60000 THEN u.last_message_at ELSE c.listed_at END, \
        expires_at = u.expires_at, ended_at = u.ended_at, end_reason = u.end_reason \
        FROM unnest($1::int2[], $2::uuid[], $3::int8[], $4::text[], $5::int8[], $6::int8[], $7::int8[], $8::int8[], \
        $9::int8[], $10::int8[], $11::int8[], $12::int8[]) AS u(part, id, status, state, version, turns, messages, \
        last_message_at, expires_at, ended_at, end_reason, was) \
        WHERE c.part = u.part AND c.id = u.id AND c.version = u.was RETURNING c.id";
    BEGIN_CONVERSATIONS = "INSERT INTO conversation (part, id, account, integration, contact, bot, bot_version, status, \
        state, version, turns, messages, started_at, last_message_at, listed_at, expires_at, ended_at, end_reason) \
        SELECT * FROM unnest($1::int2[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::int8[], \
        $8::int8[], $9::text[], $10::int8[], $11::int8[], $12::int8[], $13::int8[], $14::int8[], $14::int8[], \
        $15::int8[], $16::int8[], $17::int8[]) ON CONFLICT (contact, part) WHERE status <> 9 DO NOTHING RETURNING id";
    ADD_TURNS = "INSERT INTO turn (part, conversation, no, at, duration_us, trace) \
        SELECT * FROM unnest($1::int2[], $2::uuid[], $3::int8[], $4::int8[], $5::int8[], $6::text[])";
    ADD_MESSAGES = "INSERT INTO message (part, id, conversation, contact, integration, no, author, kind, content, \
        reply_to, status, wamid, turn, node, at, attempts, sending_at) \
        SELECT * FROM unnest($1::int2[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::int8[], $7::int2[], \
        $8::text[], $9::text[], $10::text[], $11::int2[], $12::text[], $13::int8[], $14::text[], $15::int8[], \
        $16::int4[], $17::int8[])";
    ADD_OUTBOX = "INSERT INTO outbox (part, integration, id) SELECT * FROM unnest($1::int2[], $2::uuid[], $3::uuid[])";
    ADD_CALLS = "INSERT INTO call (part, conversation, no, contact, integration, turn, node, request, state, summary, at) \
        SELECT u.part, u.conversation, u.no, u.contact, u.integration, u.turn, u.node, u.request, 0, u.summary, u.at \
        FROM unnest($1::int2[], $2::uuid[], $3::int8[], $4::uuid[], $5::uuid[], $6::int8[], $7::text[], $8::text[], \
        $9::text[], $10::int8[]) AS u(part, conversation, no, contact, integration, turn, node, request, summary, at)";
    ADD_TIMERS = "INSERT INTO timer (part, due, id, integration, contact, payload) \
        SELECT * FROM unnest($1::int2[], $2::int8[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[])";
    MARK = concat!("UPDATE message m SET status = ", marked!(), ", attempts = m.attempts + 1, sending_at = u.at, due_at = NULL \
        FROM unnest($1::int2[], $2::uuid[], $3::int8[]) AS u(part, id, at) \
        WHERE m.part = u.part AND m.id = u.id AND m.status = ", queued!(), " RETURNING m.id");
    // A status webhook may have come before the answer to our call: the ladder never goes down.
    ACCEPTED = "UPDATE message m SET status = greatest(m.status, 30::int2), wamid = u.wamid, \
        sent_at = coalesce(m.sent_at, u.at), kind = coalesce(u.kind, m.kind), content = coalesce(u.content, m.content) \
        FROM unnest($1::int2[], $2::uuid[], $3::text[], $4::int8[], $5::text[], $6::text[]) \
        AS u(part, id, wamid, at, kind, content) WHERE m.part = u.part AND m.id = u.id";
    // Of messages that are off: accepted, failed, or told of by a status.
    CLEAR_OUTBOX = "DELETE FROM outbox o USING unnest($1::int2[], $2::uuid[]) AS u(part, id) \
        WHERE o.part = u.part AND o.id = u.id";
    AGAIN = concat!("UPDATE message m SET status = ", queued!(), ", due_at = u.due_at, attempts = m.attempts - u.uncounted \
        FROM unnest($1::int2[], $2::uuid[], $3::int8[], $4::int4[]) AS u(part, id, due_at, uncounted) \
        WHERE m.part = u.part AND m.id = u.id AND m.status IN ", on_their_way!());
    FAILED = concat!("UPDATE message m SET status = ", failed!(), ", error_code = u.code, error = u.reason \
        FROM unnest($1::int2[], $2::uuid[], $3::int8[], $4::text[]) AS u(part, id, code, reason) \
        WHERE m.part = u.part AND m.id = u.id AND m.status IN ", unsent!(), " \
        RETURNING m.id, m.conversation, m.contact, m.integration, m.node");
    STATUS = concat!("UPDATE message m SET status = u.status, wamid = coalesce(m.wamid, u.wamid), \
        sent_at = CASE WHEN u.status IN ", left!(), " THEN coalesce(m.sent_at, u.at) ELSE m.sent_at END, \
        delivered_at = CASE WHEN u.status IN ", arrived!(), " THEN coalesce(m.delivered_at, u.at) ELSE m.delivered_at END, \
        read_at = CASE WHEN u.status = 60 THEN coalesce(m.read_at, u.at) ELSE m.read_at END, \
        error_code = coalesce(u.code, m.error_code), error = coalesce(u.reason, m.error) \
        FROM unnest($1::int2[], $2::uuid[], $3::int2[], $4::text[], $5::int8[], $6::int8[], $7::text[]) \
        AS u(part, id, status, wamid, at, code, reason) \
        WHERE m.part = u.part AND m.id = u.id AND m.status < u.status AND NOT (u.status = ", failed!(), " AND m.status >= ", delivered!(), ") \
        RETURNING m.id, m.conversation, m.contact, m.integration, m.node");
    // Back into the outbox, with the code as the mark that it was there twice.
    ONCE_MORE = concat!("WITH back AS (UPDATE message SET status = ", queued!(), "::int2, due_at = $5, error_code = $4 \
        WHERE part = $1 AND id = $2 AND status IN ", taken!(), " AND error_code IS NULL AND coalesce(wamid, $3) = $3 \
        RETURNING part, integration, id, contact), waits AS (INSERT INTO outbox (part, integration, id) \
        SELECT part, integration, id FROM back ON CONFLICT DO NOTHING) SELECT contact FROM back");
    LOST = "SELECT contact, status, wamid, error_code FROM message WHERE part = $1 AND id = $2";
    WHICH_EXIST = "SELECT m.id, m.contact FROM unnest($1::int2[], $2::uuid[]) AS u(part, id) \
        JOIN message m ON m.part = u.part AND m.id = u.id";

    STANDINGS = concat!("SELECT m.id, m.status, m.due_at FROM unnest($1::int2[], $2::uuid[]) AS u(part, id) \
        JOIN message m ON m.part = u.part AND m.id = u.id WHERE m.status IN ", on_their_way!());
    QUEUED = concat!("SELECT m.id, m.conversation, m.contact, m.content, m.reply_to, m.node, m.status, m.attempts, m.due_at, m.at, \
        m.sending_at FROM outbox o JOIN message m ON m.part = o.part AND m.id = o.id \
        WHERE o.part = $1 AND o.integration = $2 AND o.id > $3 AND m.status IN ", unsent!(), " ORDER BY o.id LIMIT $4");
    NUMBERS = "SELECT DISTINCT integration FROM outbox WHERE part = ANY($1)";
    WAITING = "SELECT seq, part, integration, contact, kind, payload, received_at FROM inbox \
        WHERE part = ANY($1) AND seq > $2 ORDER BY seq LIMIT $3";
    LOAD_CONTACTS = "SELECT c.id, c.account, c.integration, c.name, c.wa_id, c.user_id, c.username, c.created_at, \
        c.last_inbound_at FROM unnest($1::int2[], $2::uuid[]) AS u(part, id) \
        JOIN contact c ON c.part = u.part AND c.id = u.id";
    LOAD_OPEN = "SELECT c.id, c.account, c.integration, c.contact, c.bot, c.bot_version, c.status, c.state, c.version, \
        c.turns, c.messages, c.started_at, c.last_message_at, c.expires_at, c.ended_at, c.end_reason \
        FROM unnest($1::int2[], $2::uuid[]) AS u(part, contact) \
        JOIN conversation c ON c.part = u.part AND c.contact = u.contact WHERE c.status <> 9";
    PENDING_CALLS = "SELECT part, integration, contact, conversation, no, request, at FROM call \
        WHERE part = ANY($1) AND state = 0 ORDER BY at LIMIT $2";
    DUE_TIMERS = "SELECT part, integration, contact, due, id, payload FROM timer \
        WHERE part = ANY($1) AND due <= $2 ORDER BY due LIMIT $3";
    // The index stands in the order of time; of its first rows most are ours.
    NEXT_DUE = "SELECT due FROM timer WHERE part = ANY($1) ORDER BY due LIMIT 1";
    FORGET_KEYS = "DELETE FROM dedupe WHERE ctid = ANY(ARRAY(SELECT ctid FROM dedupe WHERE part = ANY($1) AND at < $2 LIMIT $3))";
}

/// Statements of the hot path that write what belongs to an account, not to a part.
pub(super) mod by_account {
    use crate::db::statements;

    statements! {
        ADD_EVENTS = concat!("INSERT INTO event (", event_columns!(), ") SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], \
            $4::uuid[], $5::text[], $6::int8[], $7::text[], $8::int8[], $9::text[], $10::int8[]) ON CONFLICT DO NOTHING");
        ADD_AUDIT = "INSERT INTO audit (id, account, person, action, subject, detail, at) \
            SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int8[]) \
            ON CONFLICT DO NOTHING";
        TELL = "SELECT pg_notify($1, $2)";
        ADD_MEDIA = "INSERT INTO media (id, account, integration, contact, state, mime_type, size, sha256, filename, \
            meta_id, created_at) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int8[], \
            $6::text[], $7::int8[], $8::text[], $9::text[], $10::text[], $11::int8[]) ON CONFLICT DO NOTHING";
    }
}

/// Statements of the hot path about the lane itself: a row each, which only it writes.
pub(super) mod by_lane {
    use crate::db::statements;

    statements! {
        NUMBER = "UPDATE lane SET no = $2, at = now() WHERE id = $1";
        LAST = "UPDATE lane SET no = no WHERE id = $1 RETURNING no";
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn every_hot_statement_names_its_part() {
        for statement in super::ALL {
            let sql = statement.sql;
            let inserts = sql.starts_with("INSERT INTO")
                && sql.split_once('(').is_some_and(|(_, columns)| {
                    columns.split(')').next().is_some_and(|list| list.split(", ").any(|it| it == "part"))
                });
            assert!(
                inserts || sql.contains("part = ") || statement.name == "LOCK_PARTS",
                "{} does not say whose rows it touches",
                statement.name
            );
        }
    }

    #[test]
    fn every_hot_statement_has_a_name_of_its_own() {
        let all = super::ALL.iter().chain(super::by_account::ALL).chain(super::by_lane::ALL);
        let mut names = HashSet::new();
        assert!(all.into_iter().all(|it| names.insert(it.name)));
    }
}
