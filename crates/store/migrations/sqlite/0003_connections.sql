-- An account's ways into services that its bots call. Secrets are sealed.
CREATE TABLE connection (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    secret BLOB NOT NULL,
    refresh_token BLOB,
    -- An authorisation that a browser has gone to Google with; taken when it comes back.
    pending BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT connection_name UNIQUE (account, name)
) STRICT;

-- How many people each bot has mailed on a day (days since 1970, UTC).
CREATE TABLE mail_count (
    account BLOB NOT NULL,
    bot BLOB NOT NULL,
    day INTEGER NOT NULL,
    recipients INTEGER NOT NULL,
    PRIMARY KEY (account, bot, day)
) STRICT;

-- Files that are kept for a while only.
ALTER TABLE media ADD COLUMN expires_at INTEGER;
CREATE INDEX media_expiring ON media (expires_at) WHERE expires_at IS NOT NULL;
