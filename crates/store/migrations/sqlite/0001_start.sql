-- Times are milliseconds since 1970 in UTC. Ids are 16 bytes and grow with time. JSON is text. `part` =
-- Part::of(integration).
--
-- The keys of hot tables do not begin with `part` here: one process owns all parts, and keys that grow with time put
-- what one commit writes side by side. Fewer pages a commit is what makes a message cheap (docs/decisions/0012).

CREATE TABLE installation (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    settings TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE TABLE person (
    id BLOB PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    operator INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE membership (
    account BLOB NOT NULL,
    person BLOB NOT NULL,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_by_person ON membership (person);

-- Only the SHA-256 of a session's or token's secret is kept.
CREATE TABLE session (
    token_hash BLOB PRIMARY KEY,
    person BLOB NOT NULL,
    account BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_token (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    person BLOB NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    scopes TEXT NOT NULL DEFAULT '[]',
    expires_at INTEGER
) STRICT;
CREATE INDEX api_token_by_account ON api_token (account, id);

-- What a POST with an Idempotency-Key answered; the body is sealed.
CREATE TABLE idempotency (
    account BLOB NOT NULL,
    key TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    status INTEGER,
    body BLOB,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE bot (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    name TEXT NOT NULL,
    draft TEXT NOT NULL,
    revision INTEGER NOT NULL,
    version INTEGER,
    published_revision INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    published_at INTEGER
) STRICT;
CREATE INDEX bot_by_account ON bot (account, id);

CREATE TABLE bot_version (
    bot BLOB NOT NULL,
    number INTEGER NOT NULL,
    definition TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (bot, number)
) STRICT;

CREATE TABLE integration (
    id BLOB PRIMARY KEY,
    part INTEGER NOT NULL,
    account BLOB NOT NULL,
    name TEXT,
    bot BLOB NOT NULL,
    active INTEGER NOT NULL,
    active_since INTEGER NOT NULL,
    health TEXT NOT NULL,
    health_reason TEXT,
    business_account_id TEXT NOT NULL,
    phone_number_id TEXT NOT NULL,
    app_id TEXT NOT NULL,
    app_secret BLOB NOT NULL,
    access_token BLOB NOT NULL,
    token TEXT NOT NULL,
    verify_token BLOB NOT NULL,
    verify_token_hash BLOB NOT NULL,
    graph_version TEXT NOT NULL,
    settings TEXT NOT NULL,
    phone TEXT NOT NULL,
    webhook_verified_at INTEGER,
    last_delivery_at INTEGER,
    last_activity_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    watch TEXT NOT NULL DEFAULT '{}',
    managed BLOB
) STRICT;
CREATE INDEX integration_by_account ON integration (account, id);
-- One active integration of the whole installation may have a number.
CREATE UNIQUE INDEX integration_one_active ON integration (phone_number_id) WHERE active = 1;
-- A verify token belongs to one integration of an account.
CREATE UNIQUE INDEX integration_verify_token ON integration (account, verify_token_hash);

-- What a number did, hour by hour.
CREATE TABLE integration_hour (
    integration BLOB NOT NULL,
    hour INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    ignored INTEGER NOT NULL,
    PRIMARY KEY (integration, hour)
) STRICT, WITHOUT ROWID;

-- The message's second at Meta, then a truncated SHA-256 of its wamid (which holds the sender's number in clear). Kept
-- 8 days: Meta retries for 7.
CREATE TABLE dedupe (
    part INTEGER NOT NULL,
    integration BLOB NOT NULL,
    key BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (key, integration)
) STRICT, WITHOUT ROWID;

-- Work to be done, deleted in the transaction that does it.
CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY,
    part INTEGER NOT NULL,
    integration BLOB NOT NULL,
    contact BLOB NOT NULL,
    kind INTEGER NOT NULL,
    payload TEXT NOT NULL,
    received_at INTEGER NOT NULL
) STRICT;

CREATE TABLE contact (
    part INTEGER NOT NULL,
    id BLOB NOT NULL,
    account BLOB NOT NULL,
    integration BLOB NOT NULL,
    name TEXT,
    wa_id TEXT,
    user_id TEXT,
    username TEXT,
    created_at INTEGER NOT NULL,
    last_inbound_at INTEGER,
    UNIQUE (id)
) STRICT;
CREATE INDEX contact_by_account ON contact (account, id);

CREATE TABLE contact_alias (
    part INTEGER NOT NULL,
    integration BLOB NOT NULL,
    kind INTEGER NOT NULL,
    value TEXT NOT NULL,
    contact BLOB NOT NULL,
    PRIMARY KEY (part, integration, kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversation (
    part INTEGER NOT NULL,
    id BLOB NOT NULL,
    account BLOB NOT NULL,
    integration BLOB NOT NULL,
    contact BLOB NOT NULL,
    bot BLOB NOT NULL,
    bot_version INTEGER NOT NULL,
    status INTEGER NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    turns INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    last_message_at INTEGER NOT NULL,
    -- `last_message_at` to the minute: lists are ordered by it, and an index on the other would move with every turn.
    listed_at INTEGER NOT NULL,
    expires_at INTEGER,
    ended_at INTEGER,
    end_reason INTEGER,
    UNIQUE (id)
) STRICT;
-- A contact's last row is the only one that may be open.
CREATE INDEX conversation_by_contact ON conversation (contact);
CREATE INDEX conversation_by_account ON conversation (account, listed_at, id);

CREATE TABLE turn (
    part INTEGER NOT NULL,
    conversation BLOB NOT NULL,
    no INTEGER NOT NULL,
    at INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    trace TEXT NOT NULL,
    UNIQUE (conversation, no)
) STRICT;

CREATE TABLE message (
    part INTEGER NOT NULL,
    id BLOB NOT NULL,
    conversation BLOB NOT NULL,
    contact BLOB NOT NULL,
    integration BLOB NOT NULL,
    no INTEGER NOT NULL,
    author INTEGER NOT NULL,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    reply_to TEXT,
    status INTEGER NOT NULL,
    wamid TEXT,
    turn INTEGER,
    node TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER,
    error_code INTEGER,
    error TEXT,
    at INTEGER NOT NULL,
    sending_at INTEGER,
    sent_at INTEGER,
    delivered_at INTEGER,
    read_at INTEGER,
    UNIQUE (id)
) STRICT;
CREATE INDEX message_by_conversation ON message (conversation, no);
-- The outbox: what is queued or on its way.
CREATE INDEX message_outbox ON message (integration, id) WHERE status IN (10, 11, 20);

-- Calls to the world that a conversation waits for, and what came of them.
CREATE TABLE call (
    part INTEGER NOT NULL,
    conversation BLOB NOT NULL,
    no INTEGER NOT NULL,
    contact BLOB NOT NULL,
    integration BLOB NOT NULL,
    turn INTEGER NOT NULL,
    node TEXT NOT NULL,
    request TEXT NOT NULL,
    state INTEGER NOT NULL,
    summary TEXT NOT NULL,
    result TEXT,
    at INTEGER NOT NULL,
    duration_ms INTEGER,
    UNIQUE (conversation, no)
) STRICT;
CREATE INDEX call_pending ON call (at) WHERE state = 0;

CREATE TABLE timer (
    part INTEGER NOT NULL,
    due INTEGER NOT NULL,
    id BLOB NOT NULL,
    integration BLOB NOT NULL,
    contact BLOB NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (due, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letter (
    part INTEGER NOT NULL,
    id BLOB NOT NULL,
    account BLOB NOT NULL,
    integration BLOB NOT NULL,
    contact BLOB,
    cause TEXT NOT NULL,
    raw BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (part, id)
) STRICT;
CREATE INDEX dead_letter_by_account ON dead_letter (account, id);

CREATE TABLE event (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    integration BLOB,
    conversation BLOB,
    node TEXT,
    severity INTEGER NOT NULL,
    code TEXT NOT NULL,
    graph_code INTEGER,
    message TEXT NOT NULL,
    at INTEGER NOT NULL,
    noted INTEGER NOT NULL DEFAULT 0
) STRICT;
-- Not yet counted into an incident.
CREATE INDEX event_fresh ON event (id) WHERE noted = 0;
CREATE INDEX event_by_account ON event (account, id);
CREATE INDEX event_by_integration ON event (integration, id);
CREATE INDEX event_by_conversation ON event (conversation) WHERE conversation IS NOT NULL;

CREATE TABLE media (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    integration BLOB,
    contact BLOB,
    state INTEGER NOT NULL,
    mime_type TEXT NOT NULL,
    size INTEGER,
    sha256 TEXT,
    filename TEXT,
    meta_id TEXT,
    error TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX media_pending ON media (created_at) WHERE state = 0;
CREATE INDEX media_by_meta_id ON media (account, meta_id);
CREATE INDEX media_by_contact ON media (contact) WHERE contact IS NOT NULL;

CREATE TABLE audit (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    person BLOB,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_by_account ON audit (account, id);

-- Only the SHA-256 of an invitation's secret is kept.
CREATE TABLE invitation (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    invited_by BLOB NOT NULL,
    secret_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX invitation_by_email ON invitation (account, email);

CREATE TABLE password_reset (
    secret_hash BLOB PRIMARY KEY,
    person BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Mail to be sent; what it says is sealed, and gone when it was sent.
CREATE TABLE mail (
    id BLOB PRIMARY KEY,
    account BLOB,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    content BLOB NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER,
    sent_at INTEGER,
    error TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX mail_due ON mail (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX mail_by_account ON mail (account, id);

-- Events of one kind on one number, counted; at most one of a kind is open.
CREATE TABLE incident (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    integration BLOB,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    graph_code INTEGER,
    severity INTEGER NOT NULL,
    message TEXT NOT NULL,
    conversation BLOB,
    node TEXT,
    count INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    closed_at INTEGER,
    mailed_at INTEGER,
    mailed_count INTEGER NOT NULL DEFAULT 0,
    recovery_mailed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX incident_open ON incident (account, kind) WHERE closed_at IS NULL;
CREATE INDEX incident_by_account ON incident (account, id);
CREATE INDEX incident_to_mail ON incident (id) WHERE closed_at IS NULL OR recovery_mailed = 0;

-- The templates of a number's business account, as Meta last told them.
CREATE TABLE template (
    integration BLOB NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    account BLOB NOT NULL,
    meta_id TEXT NOT NULL,
    status TEXT NOT NULL,
    category TEXT NOT NULL,
    quality TEXT,
    named INTEGER NOT NULL,
    components TEXT NOT NULL,
    rejected_reason TEXT,
    synced_at INTEGER NOT NULL,
    PRIMARY KEY (integration, name, language)
) STRICT, WITHOUT ROWID;

-- Who wants no marketing: what contacts told Meta.
CREATE TABLE opt_out (
    integration BLOB NOT NULL,
    contact BLOB NOT NULL,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (integration, contact)
) STRICT, WITHOUT ROWID;

-- What was erased of a contact, without saying who it was.
CREATE TABLE erasure (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    person BLOB,
    contact BLOB NOT NULL,
    counts TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX erasure_by_account ON erasure (account, id);

-- Numbers of the installation's operator; the credentials are sealed as a whole.
CREATE TABLE managed_number (
    id BLOB PRIMARY KEY,
    display_phone_number TEXT NOT NULL,
    verified_name TEXT,
    phone_number_id TEXT NOT NULL UNIQUE,
    credentials BLOB NOT NULL,
    integration BLOB,
    account BLOB,
    created_at INTEGER NOT NULL,
    assigned_at INTEGER
) STRICT;

CREATE TABLE number_request (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    person BLOB NOT NULL,
    note TEXT NOT NULL,
    state TEXT NOT NULL,
    answer TEXT,
    number BLOB,
    created_at INTEGER NOT NULL,
    decided_at INTEGER
) STRICT;
CREATE INDEX number_request_by_account ON number_request (account, id);
