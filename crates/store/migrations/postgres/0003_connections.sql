-- An account's ways into services that its bots call. Secrets are sealed.
CREATE TABLE connection (
    id UUID PRIMARY KEY,
    account UUID NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    secret BYTEA NOT NULL,
    refresh_token BYTEA,
    -- An authorisation that a browser has gone to Google with; taken when it comes back.
    pending BYTEA,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT connection_name UNIQUE (account, name)
);

-- How many people each bot has mailed on a day (days since 1970, UTC).
CREATE TABLE mail_count (
    account UUID NOT NULL,
    bot UUID NOT NULL,
    day BIGINT NOT NULL,
    recipients BIGINT NOT NULL,
    PRIMARY KEY (account, bot, day)
);

-- Files that are kept for a while only.
ALTER TABLE media ADD COLUMN expires_at BIGINT;
CREATE INDEX media_expiring ON media (expires_at) WHERE expires_at IS NOT NULL;
