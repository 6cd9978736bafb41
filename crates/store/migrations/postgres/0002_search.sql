-- What contacts are found by: the three-letter pieces of their names and numbers, each with eight signs of the account, so
-- that an account's search meets no others. Two blanks stand before each word, so that one or two letters find words that
-- begin with them. Dear enough that no plan works it out row by row.
CREATE FUNCTION search_grams(account UUID, found TEXT) RETURNS TEXT[] LANGUAGE SQL IMMUTABLE PARALLEL SAFE COST 10000 AS $$
    SELECT array(SELECT DISTINCT right(account::text, 8) || substr(found, n, 3)
        FROM generate_series(1, greatest(length(found) - 2, 1)) AS n)
$$;
CREATE INDEX contact_text ON contact USING gin (search_grams(account, lower('  ' || replace(coalesce(name, ''), ' ', '  ')
    || '  ' || coalesce(wa_id, '') || '  ' || coalesce(username, ''))));

-- Lists look for a state or a number within the index, without a look at every row.
DROP INDEX conversation_by_account;
CREATE INDEX conversation_listed ON conversation (account, listed_at, id, status, integration);
DROP INDEX contact_by_account;
CREATE INDEX contact_listed ON contact (account, id, integration);
CREATE INDEX audit_by_subject ON audit (account, subject, id);
CREATE INDEX event_by_severity ON event (account, severity, id);
CREATE INDEX integration_by_bot ON integration (bot);
