-- What each connection that writes (a lane) has committed last. Every transaction of a lane writes its number here, so
-- that after a connection broke during a commit it can be told whether the commit stands. PostgreSQL's own numbers of
-- transactions cannot tell it: after a crash it gives out those anew of which nothing had reached the disk.
CREATE TABLE lane (
    id UUID PRIMARY KEY,
    no BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL
) WITH (fillfactor = 50);
