-- Names go from one person to another: since when a name leads to its contact, since when it leads to nobody, and to whom
-- it led before (docs/decisions/0100). Milliseconds of Meta's clock; NULL: not known, and none.
ALTER TABLE contact_alias ADD COLUMN since INTEGER;
ALTER TABLE contact_alias ADD COLUMN until INTEGER;
ALTER TABLE contact_alias ADD COLUMN former BLOB;
-- When the contact last took another number or user id.
ALTER TABLE contact ADD COLUMN named_at INTEGER;

-- Numbers and user ids that were given up and stayed: they led to people who go by others.
DELETE FROM contact_alias WHERE EXISTS (SELECT 1 FROM contact c WHERE c.id = contact_alias.contact
    AND ((contact_alias.kind = 3 AND c.wa_id <> contact_alias.value)
        OR (contact_alias.kind = 1 AND c.user_id <> contact_alias.value)));
