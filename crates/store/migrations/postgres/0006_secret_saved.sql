-- When the secret of a connection was last given; of earlier ones, the last change is the nearest that is known.
ALTER TABLE connection ADD COLUMN secret_saved_at BIGINT NOT NULL DEFAULT 0;
UPDATE connection SET secret_saved_at = updated_at;
