-- Conversations that are with people: few of many, counted on every open page.
CREATE INDEX conversation_with_people ON conversation (account) WHERE status = 4;
