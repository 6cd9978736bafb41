-- What contacts are found by: the three-letter pieces of their names and numbers. Two blanks stand before each word, so
-- that one or two letters find words that begin with them. Derived from `contact` and kept by the engine itself.
CREATE VIRTUAL TABLE contact_text USING fts5(text, content='', contentless_delete=1, tokenize='trigram');

CREATE TRIGGER contact_text_added AFTER INSERT ON contact BEGIN
    INSERT INTO contact_text (rowid, text) VALUES (new.rowid, '  ' || replace(coalesce(new.name, ''), ' ', '  ')
        || '  ' || coalesce(new.wa_id, '') || '  ' || coalesce(new.username, ''));
END;
CREATE TRIGGER contact_text_changed AFTER UPDATE OF name, wa_id, username ON contact
WHEN new.name IS NOT old.name OR new.wa_id IS NOT old.wa_id OR new.username IS NOT old.username BEGIN
    INSERT OR REPLACE INTO contact_text (rowid, text) VALUES (new.rowid, '  ' || replace(coalesce(new.name, ''), ' ', '  ')
        || '  ' || coalesce(new.wa_id, '') || '  ' || coalesce(new.username, ''));
END;
CREATE TRIGGER contact_text_gone AFTER DELETE ON contact BEGIN
    DELETE FROM contact_text WHERE rowid = old.rowid;
END;
INSERT INTO contact_text (rowid, text) SELECT rowid, '  ' || replace(coalesce(name, ''), ' ', '  ')
    || '  ' || coalesce(wa_id, '') || '  ' || coalesce(username, '') FROM contact;

-- Lists look for a state or a number within the index, without a look at every row.
DROP INDEX conversation_by_account;
CREATE INDEX conversation_listed ON conversation (account, listed_at, id, status, integration);
DROP INDEX contact_by_account;
CREATE INDEX contact_listed ON contact (account, id, integration);
CREATE INDEX audit_by_subject ON audit (account, subject, id);
CREATE INDEX event_by_severity ON event (account, severity, id);
CREATE INDEX integration_by_bot ON integration (bot);
