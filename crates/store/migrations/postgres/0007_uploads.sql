-- What Meta calls a file that was uploaded to a number, for as long as Meta keeps it.
CREATE TABLE upload (
    media UUID NOT NULL,
    phone_number_id TEXT NOT NULL,
    meta_id TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (media, phone_number_id)
);
CREATE INDEX upload_by_until ON upload (until);
-- What people uploaded, newest first.
CREATE INDEX media_uploaded ON media (account, id) WHERE contact IS NULL;
