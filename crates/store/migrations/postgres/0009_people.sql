-- Names go from one person to another: since when a name leads to its contact, since when it leads to nobody, and to whom
-- it led before (docs/decisions/0100). Milliseconds of Meta's clock; NULL: not known, and none.
ALTER TABLE contact_alias ADD COLUMN since BIGINT, ADD COLUMN until BIGINT, ADD COLUMN former UUID;
-- When the contact last took another number or user id.
ALTER TABLE contact ADD COLUMN named_at BIGINT;

-- Numbers and user ids that were given up and stayed: they led to people who go by others.
DELETE FROM contact_alias a USING contact c WHERE c.part = a.part AND c.id = a.contact
    AND ((a.kind = 3 AND c.wa_id <> a.value) OR (a.kind = 1 AND c.user_id <> a.value));
