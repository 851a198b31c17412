-- Names are unqualified because Flyway sets the schema.

-- One row a job, all its state. A finished row is never touched again and no index that is used for placing holds it.
create table job (
    id            uuid primary key,
    sequence      bigint generated always as identity, -- order of admission
    experiment_id text        not null,                -- empty: serves no experiment
    kind          text        not null,
    owner         text        not null,
    priority      int         not null,
    max_attempts  int         not null,
    target_id     uuid,                                -- wanted; null: any
    device        text        not null,                -- wanted; empty: any
    labels        jsonb       not null,                -- wanted
    exclusive     boolean     not null,
    trace_parent  text        not null,
    lane          bigint      not null,                -- hash of owner, priority, kind and wants: jobs of one lane differ in age only
    spec          bytea       not null,                -- the serialized JobSpec, for the agent
    state         text        not null,
    version       bigint      not null,                -- counts the changes
    attempts      jsonb       not null,                -- every one, oldest first
    ready_at      timestamptz,                         -- QUEUED, but not before
    cancel_reason text,                                -- set: somebody wants it cancelled
    waiting_for   text        not null,
    fault         jsonb,                               -- why FAILED or CANCELLED
    result        bytea,
    created_at    timestamptz not null default clock_timestamp(),
    queued_at     timestamptz not null default clock_timestamp(), -- since when it could have been placed
    changed_at    timestamptz not null default clock_timestamp()
) with (
    fillfactor = 80,
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0
);

-- What can be placed now: the head of each lane is one step away.
create index job_queue on job (lane, sequence) where state = 'QUEUED' and ready_at is null;
-- What comes back later.
create index job_later on job (ready_at) where state = 'QUEUED' and ready_at is not null;
create index job_created on job using brin (created_at);

-- Who holds what now. A row lives as long as its attempt; times are this database's.
create table lease (
    job_id     uuid primary key references job,
    attempt    int         not null, -- the fencing token
    target_id  uuid        not null,
    device     text        not null,
    exclusive  boolean     not null,
    owner      text        not null,
    stop       boolean     not null default false, -- its agent shall stop it
    expires_at timestamptz not null
) with (
    fillfactor = 50, -- renewals stay on their page
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0
);

create index lease_target on lease (target_id);
-- The last guard of "a measuring job has its device alone"; the first is that targets are locked while placing.
create unique index lease_alone on lease (target_id, device) where exclusive;

-- Parts of results that outlive an attempt, until the job ends.
create table result_part (
    job_id  uuid  not null references job,
    key     text  not null,
    attempt int   not null, -- that brought it
    payload bytea not null,
    primary key (job_id, key)
);

-- Cancels that came before their job.
create table early_cancel (
    job_id uuid primary key,
    reason text        not null,
    at     timestamptz not null default now()
);

-- What each owner got lately; it fades with time.
create table owner_share (
    owner  text primary key,
    served double precision not null,
    as_of  timestamptz      not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create table target (
    id          uuid primary key,
    version     bigint      not null, -- counts the changes that are told
    name        text        not null,
    state       text        not null, -- ONLINE, DRAINING, DRAINED, LOST, OFFLINE
    draining    boolean     not null, -- wanted by a user; outlives the connection
    forgotten   boolean     not null,
    hello       bytea       not null, -- the agent's last Hello
    resources   bytea       not null, -- of the last heartbeat
    user_labels bytea       not null, -- a serialized LabelTarget; an agent's own labels are in its Hello
    replica     uuid,                 -- the scheduler that holds the agent's stream
    epoch       bigint      not null, -- counts the streams; only the last one counts
    last_seen   timestamptz not null,
    reported_at timestamptz not null  -- when it was told last
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- For people and for the checker of the reliability tests.
create view attempt as
select job.id as job_id, a.number, a.target_id, a.device, job.exclusive, a.assigned_at, a.started_at, a.ended_at, a.outcome,
       a.fault
from job,
     jsonb_to_recordset(job.attempts) as a(number int, target_id uuid, device text, assigned_at timestamptz,
                                           started_at timestamptz, ended_at timestamptz, outcome text, fault jsonb);
