-- No version has this. It is what the next one may do while the one before still runs: it adds. Processes built with the
-- feature `crash-points` bring it along when they are told to be the next version.
ALTER TABLE conversation ADD COLUMN next_version TEXT;
ALTER TABLE inbox ADD COLUMN next_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN next_version TEXT;
CREATE TABLE next_version (
    id UUID PRIMARY KEY,
    text TEXT NOT NULL
);
CREATE INDEX contact_by_wa_id ON contact (integration, wa_id);
