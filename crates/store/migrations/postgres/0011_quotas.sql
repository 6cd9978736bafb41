-- Limits that the operator set for an account, as JSON, and what was counted last of what grows with messages.
ALTER TABLE account ADD COLUMN quotas TEXT NOT NULL DEFAULT '{}';
ALTER TABLE account ADD COLUMN counted TEXT NOT NULL DEFAULT '{}';
-- Bytes of bot files, so that nobody has to read the files to add them up.
ALTER TABLE bot ADD COLUMN draft_bytes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE bot ADD COLUMN version_bytes BIGINT NOT NULL DEFAULT 0;
UPDATE bot SET draft_bytes = octet_length(draft), version_bytes =
    (SELECT coalesce(sum(octet_length(definition)), 0) FROM bot_version WHERE bot_version.bot = bot.id);
CREATE INDEX bot_sizes ON bot (account, draft_bytes, version_bytes);
-- What people uploaded and what contacts sent, each with its bytes.
CREATE INDEX media_uploaded_sizes ON media (account, id, size) WHERE contact IS NULL;
CREATE INDEX media_received_sizes ON media (account, id, size) WHERE contact IS NOT NULL;
