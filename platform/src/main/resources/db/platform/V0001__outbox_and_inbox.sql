-- Every service schema has its own outbox and inbox; names are unqualified because Flyway sets the schema.

-- Messages that were decided in a transaction and are not yet on Kafka. Rows live for milliseconds; an old row is trouble.
create table outbox (
    id           bigint generated always as identity primary key, -- the order of publication
    message_id   uuid        not null,
    topic        text        not null,
    key          text        not null,
    payload      bytea       not null,
    trace_parent text,                                            -- W3C, of the request that caused it
    created_at   timestamptz not null default clock_timestamp()
) with (
    -- The table is a queue: nearly all of it is dead rows soon. Vacuum by count, not by share.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000,
    autovacuum_vacuum_cost_delay = 0
);

-- Messages whose effect is in this schema. Written in the transaction of the effect.
create table inbox (
    message_id uuid primary key,
    seen_at    timestamptz not null default now()
);

create index inbox_seen_at on inbox (seen_at);
