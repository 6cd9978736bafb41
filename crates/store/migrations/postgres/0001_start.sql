-- Times are milliseconds since 1970 in UTC. Ids are UUIDs of version 7: they grow with time and hold it. JSON is text.
-- `part` = Part::of(integration): in the key of everything that one worker owns, and what a distributed PostgreSQL would
-- spread rows by. It stands last there: keys that begin with what grows are written at one end, and no index can be
-- taken for another because both begin with the part. Columns of hot tables stand in the order of their alignment, so
-- that no byte is padding.

CREATE TABLE installation (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE account (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    settings TEXT NOT NULL DEFAULT '{}'
);

CREATE TABLE person (
    id UUID PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    operator BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX person_email ON person (email);

CREATE TABLE membership (
    account UUID NOT NULL,
    person UUID NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account, person)
);
CREATE INDEX membership_by_person ON membership (person);

-- Only the SHA-256 of a session's or token's secret is kept.
CREATE TABLE session (
    token_hash BYTEA PRIMARY KEY,
    person UUID NOT NULL,
    account UUID NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL
);

CREATE TABLE api_token (
    id UUID PRIMARY KEY,
    account UUID NOT NULL,
    person UUID NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    scopes TEXT NOT NULL DEFAULT '[]',
    expires_at BIGINT
);
CREATE UNIQUE INDEX api_token_token_hash ON api_token (token_hash);
CREATE INDEX api_token_by_account ON api_token (account, id);

-- What a POST with an Idempotency-Key answered; the body is sealed.
CREATE TABLE idempotency (
    account UUID NOT NULL,
    key TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    status BIGINT,
    body BYTEA,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account, key)
);

CREATE TABLE bot (
    id UUID PRIMARY KEY,
    account UUID NOT NULL,
    name TEXT NOT NULL,
    draft TEXT NOT NULL,
    revision BIGINT NOT NULL,
    version BIGINT,
    published_revision BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    published_at BIGINT
);
CREATE INDEX bot_by_account ON bot (account, id);

CREATE TABLE bot_version (
    bot UUID NOT NULL,
    number BIGINT NOT NULL,
    definition TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (bot, number)
);

CREATE TABLE integration (
    id UUID PRIMARY KEY,
    part SMALLINT NOT NULL,
    account UUID NOT NULL,
    name TEXT,
    bot UUID NOT NULL,
    active BIGINT NOT NULL,
    active_since BIGINT NOT NULL,
    health TEXT NOT NULL,
    health_reason TEXT,
    business_account_id TEXT NOT NULL,
    phone_number_id TEXT NOT NULL,
    app_id TEXT NOT NULL,
    app_secret BYTEA NOT NULL,
    access_token BYTEA NOT NULL,
    token TEXT NOT NULL,
    verify_token BYTEA NOT NULL,
    verify_token_hash BYTEA NOT NULL,
    graph_version TEXT NOT NULL,
    settings TEXT NOT NULL,
    phone TEXT NOT NULL,
    webhook_verified_at BIGINT,
    last_delivery_at BIGINT,
    last_activity_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    watch TEXT NOT NULL DEFAULT '{}',
    managed UUID
);
CREATE INDEX integration_by_account ON integration (account, id);
-- One active integration of the whole installation may have a number. The names of these two tell callers what is taken.
CREATE UNIQUE INDEX integration_active_phone_number_id ON integration (phone_number_id) WHERE active = 1;
-- A verify token belongs to one integration of an account.
CREATE UNIQUE INDEX integration_verify_token_hash ON integration (account, verify_token_hash);

-- What a number did, hour by hour.
CREATE TABLE integration_hour (
    integration UUID NOT NULL,
    hour BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    ignored BIGINT NOT NULL,
    PRIMARY KEY (integration, hour)
);

-- Keys of updates that were seen. Kept 8 days: Meta retries for 7. Rows lie in the order of their time, so the smallest
-- of indexes finds the old ones.
CREATE TABLE dedupe (
    at BIGINT NOT NULL,
    part SMALLINT NOT NULL,
    integration UUID NOT NULL,
    key UUID NOT NULL,
    PRIMARY KEY (key, integration, part)
);
CREATE INDEX dedupe_by_time ON dedupe USING brin (at) WITH (pages_per_range = 64, autosummarize = on);

-- The order of acceptance, over all processes.
CREATE SEQUENCE inbox_seq;

-- Work to be done, deleted in the transaction that does it. Lives for milliseconds, so it must be swept often.
CREATE TABLE inbox (
    seq BIGINT NOT NULL DEFAULT nextval('inbox_seq'),
    received_at BIGINT NOT NULL,
    kind INTEGER NOT NULL,
    part SMALLINT NOT NULL,
    integration UUID NOT NULL,
    contact UUID NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (seq, part)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000);
CREATE INDEX inbox_by_contact ON inbox (contact, seq);

CREATE TABLE contact (
    created_at BIGINT NOT NULL,
    last_inbound_at BIGINT,
    part SMALLINT NOT NULL,
    id UUID NOT NULL,
    account UUID NOT NULL,
    integration UUID NOT NULL,
    name TEXT,
    wa_id TEXT,
    user_id TEXT,
    username TEXT,
    PRIMARY KEY (id, part)
) WITH (fillfactor = 85);
CREATE INDEX contact_by_account ON contact (account, id);

CREATE TABLE contact_alias (
    part SMALLINT NOT NULL,
    kind SMALLINT NOT NULL,
    integration UUID NOT NULL,
    contact UUID NOT NULL,
    -- Compared byte by byte, whatever the database's language.
    value TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (integration, value, kind, part)
);

-- No index holds what a turn changes (`listed_at` is `last_message_at` to the minute), so turns stay within the page.
CREATE TABLE conversation (
    version BIGINT NOT NULL,
    turns BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    last_message_at BIGINT NOT NULL,
    listed_at BIGINT NOT NULL,
    bot_version BIGINT NOT NULL,
    status BIGINT NOT NULL,
    expires_at BIGINT,
    ended_at BIGINT,
    end_reason BIGINT,
    part SMALLINT NOT NULL,
    id UUID NOT NULL,
    account UUID NOT NULL,
    integration UUID NOT NULL,
    contact UUID NOT NULL,
    bot UUID NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (id, part)
) WITH (fillfactor = 60);
CREATE UNIQUE INDEX conversation_one_open ON conversation (contact, part) WHERE status <> 9;
CREATE INDEX conversation_by_contact ON conversation (contact, id);
CREATE INDEX conversation_by_account ON conversation (account, listed_at, id);

-- A partition a day, made by the engine ahead of time and dropped when their time is over. What belongs to no day that
-- was made falls into the last one.
CREATE TABLE turn (
    no BIGINT NOT NULL,
    at BIGINT NOT NULL,
    duration_us BIGINT NOT NULL,
    part SMALLINT NOT NULL,
    conversation UUID NOT NULL,
    trace TEXT NOT NULL,
    PRIMARY KEY (conversation, no, at, part)
) PARTITION BY RANGE (at);
CREATE TABLE turn_other PARTITION OF turn DEFAULT;

-- Partitioned by its id, which begins with the time: who has an id has the day.
CREATE TABLE message (
    no BIGINT NOT NULL,
    at BIGINT NOT NULL,
    turn BIGINT,
    due_at BIGINT,
    sending_at BIGINT,
    sent_at BIGINT,
    delivered_at BIGINT,
    read_at BIGINT,
    error_code BIGINT,
    attempts INTEGER NOT NULL DEFAULT 0,
    part SMALLINT NOT NULL,
    author SMALLINT NOT NULL,
    status SMALLINT NOT NULL,
    id UUID NOT NULL,
    conversation UUID NOT NULL,
    contact UUID NOT NULL,
    integration UUID NOT NULL,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    reply_to TEXT,
    wamid TEXT,
    node TEXT,
    error TEXT,
    PRIMARY KEY (id, part)
) PARTITION BY RANGE (id);
CREATE TABLE message_other PARTITION OF message DEFAULT;
CREATE INDEX message_by_conversation ON message (conversation, no);

-- What is queued, held or on its way. Apart from the message, so that a message's status is in no index.
CREATE TABLE outbox (
    part SMALLINT NOT NULL,
    integration UUID NOT NULL,
    id UUID NOT NULL,
    PRIMARY KEY (part, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000);

-- Calls to the world that a conversation waits for, and what came of them.
CREATE TABLE call (
    no BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    at BIGINT NOT NULL,
    state BIGINT NOT NULL,
    duration_ms BIGINT,
    part SMALLINT NOT NULL,
    conversation UUID NOT NULL,
    contact UUID NOT NULL,
    integration UUID NOT NULL,
    node TEXT NOT NULL,
    request TEXT NOT NULL,
    summary TEXT NOT NULL,
    result TEXT,
    PRIMARY KEY (conversation, no, part)
);
CREATE INDEX call_pending ON call (at) WHERE state = 0;

-- Whoever looks for what is due looks at all parts at once.
CREATE TABLE timer (
    due BIGINT NOT NULL,
    part SMALLINT NOT NULL,
    id UUID NOT NULL,
    integration UUID NOT NULL,
    contact UUID NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (due, part, id)
);

CREATE TABLE dead_letter (
    part SMALLINT NOT NULL,
    id UUID NOT NULL,
    account UUID NOT NULL,
    integration UUID NOT NULL,
    contact UUID,
    cause TEXT NOT NULL,
    raw BYTEA NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (part, id)
);
CREATE INDEX dead_letter_by_account ON dead_letter (account, id);

CREATE TABLE event (
    id UUID PRIMARY KEY,
    account UUID NOT NULL,
    integration UUID,
    conversation UUID,
    node TEXT,
    severity BIGINT NOT NULL,
    code TEXT NOT NULL,
    graph_code BIGINT,
    message TEXT NOT NULL,
    at BIGINT NOT NULL,
    noted BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX event_by_account ON event (account, id);
CREATE INDEX event_by_integration ON event (integration, id);
-- Not yet counted into an incident.
CREATE INDEX event_fresh ON event (id) WHERE noted = 0;
CREATE INDEX event_by_conversation ON event (conversation) WHERE conversation IS NOT NULL;

CREATE TABLE media (
    id UUID PRIMARY KEY,
    account UUID NOT NULL,
    integration UUID,
    contact UUID,
    state BIGINT NOT NULL,
    mime_type TEXT NOT NULL,
    size BIGINT,
    sha256 TEXT,
    filename TEXT,
    meta_id TEXT,
    error TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX media_pending ON media (created_at) WHERE state = 0;
CREATE INDEX media_by_meta_id ON media (account, meta_id);
CREATE INDEX media_by_contact ON media (contact) WHERE contact IS NOT NULL;

CREATE TABLE audit (
    id UUID PRIMARY KEY,
    account UUID NOT NULL,
    person UUID,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX audit_by_account ON audit (account, id);

-- Only the SHA-256 of an invitation's secret is kept.
CREATE TABLE invitation (
    id UUID PRIMARY KEY,
    account UUID NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    invited_by UUID NOT NULL,
    secret_hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX invitation_by_email ON invitation (account, email);

CREATE TABLE password_reset (
    secret_hash BYTEA PRIMARY KEY,
    person UUID NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Mail to be sent; what it says is sealed, and gone when it was sent.
CREATE TABLE mail (
    id UUID PRIMARY KEY,
    account UUID,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    content BYTEA NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT,
    sent_at BIGINT,
    error TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX mail_due ON mail (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX mail_by_account ON mail (account, id);

-- Events of one kind on one number, counted; at most one of a kind is open.
CREATE TABLE incident (
    id UUID PRIMARY KEY,
    account UUID NOT NULL,
    integration UUID,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    graph_code BIGINT,
    severity BIGINT NOT NULL,
    message TEXT NOT NULL,
    conversation UUID,
    node TEXT,
    count BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    closed_at BIGINT,
    mailed_at BIGINT,
    mailed_count BIGINT NOT NULL DEFAULT 0,
    recovery_mailed BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX incident_open ON incident (account, kind) WHERE closed_at IS NULL;
CREATE INDEX incident_by_account ON incident (account, id);
CREATE INDEX incident_to_mail ON incident (id) WHERE closed_at IS NULL OR recovery_mailed = 0;

-- The templates of a number's business account, as Meta last told them.
CREATE TABLE template (
    integration UUID NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    account UUID NOT NULL,
    meta_id TEXT NOT NULL,
    status TEXT NOT NULL,
    category TEXT NOT NULL,
    quality TEXT,
    named BIGINT NOT NULL,
    components TEXT NOT NULL,
    rejected_reason TEXT,
    synced_at BIGINT NOT NULL,
    PRIMARY KEY (integration, name, language)
);

-- Who wants no marketing: what contacts told Meta.
CREATE TABLE opt_out (
    integration UUID NOT NULL,
    contact UUID NOT NULL,
    at BIGINT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (integration, contact)
);

-- What was erased of a contact, without saying who it was.
CREATE TABLE erasure (
    id UUID PRIMARY KEY,
    account UUID NOT NULL,
    person UUID,
    contact UUID NOT NULL,
    counts TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX erasure_by_account ON erasure (account, id);

-- Numbers of the installation's operator; the credentials are sealed as a whole.
CREATE TABLE managed_number (
    id UUID PRIMARY KEY,
    display_phone_number TEXT NOT NULL,
    verified_name TEXT,
    phone_number_id TEXT NOT NULL UNIQUE,
    credentials BYTEA NOT NULL,
    integration UUID,
    account UUID,
    created_at BIGINT NOT NULL,
    assigned_at BIGINT
);

CREATE TABLE number_request (
    id UUID PRIMARY KEY,
    account UUID NOT NULL,
    person UUID NOT NULL,
    note TEXT NOT NULL,
    state TEXT NOT NULL,
    answer TEXT,
    number UUID,
    created_at BIGINT NOT NULL,
    decided_at BIGINT
);
CREATE INDEX number_request_by_account ON number_request (account, id);

-- Processes that work on this store, by the database's clock.
CREATE TABLE worker (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    works BOOLEAN NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
) WITH (fillfactor = 50);

-- Who works on which part, until when, by the database's clock. Each new owner has the next epoch.
CREATE TABLE part_lease (
    part SMALLINT PRIMARY KEY,
    owner UUID,
    epoch BIGINT NOT NULL,
    until BIGINT NOT NULL
) WITH (fillfactor = 50);
INSERT INTO part_lease (part, owner, epoch, until) SELECT part, NULL, 0, 0 FROM generate_series(0, 255) AS part;
