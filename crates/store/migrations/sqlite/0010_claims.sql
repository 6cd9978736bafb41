-- When Meta answered about the number to the access token of this row; NULL: the claim is unproven, and whoever proves theirs
-- gets the number.
ALTER TABLE integration ADD COLUMN proven_at INTEGER;
UPDATE integration SET proven_at = updated_at WHERE health IN ('ok', 'warning');
