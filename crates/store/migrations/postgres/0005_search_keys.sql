-- The pieces by which contacts are found, as numbers: a third of the work of each new contact was to make and to sort
-- them as text. Two pieces that share a number are told apart by the text itself, which every search compares as well.
DROP INDEX contact_text;
DROP FUNCTION search_grams(UUID, TEXT);
CREATE FUNCTION search_keys(account UUID, found TEXT) RETURNS INTEGER[] LANGUAGE SQL IMMUTABLE PARALLEL SAFE COST 10000 AS $$
    SELECT array(SELECT hashtext(substr(found, n, 3)) # uuid_hash(account)
        FROM generate_series(1, greatest(length(found) - 2, 1)) AS n)
$$;
CREATE INDEX contact_text ON contact USING gin (search_keys(account, lower('  ' || replace(coalesce(name, ''), ' ', '  ')
    || '  ' || coalesce(wa_id, '') || '  ' || coalesce(username, ''))));
