-- Whose money a number spends, where several messaging accounts share it.
ALTER TABLE integration ADD COLUMN messaging_account_id TEXT;
