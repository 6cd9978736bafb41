-- What Meta calls a file that was uploaded to a number, for as long as Meta keeps it.
CREATE TABLE upload (
    media BLOB NOT NULL,
    phone_number_id TEXT NOT NULL,
    meta_id TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (media, phone_number_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_by_until ON upload (until);
-- What people uploaded, newest first.
CREATE INDEX media_uploaded ON media (account, id) WHERE contact IS NULL;
