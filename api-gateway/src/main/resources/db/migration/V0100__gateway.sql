-- The gateway's read and write model. Documents that are never searched are text checked to be JSON.

-- Which artifacts are in use, and by whom. A row is written BEFORE the artifact is stored, so that the sweeper never
-- removes what somebody is about to use.
create table artifact_use (
    sha256     text        not null,
    owner_kind text        not null check (owner_kind in ('STAGING', 'UPLOAD', 'MODEL', 'DATASET', 'EXPERIMENT')),
    owner_id   uuid        not null,
    size_bytes bigint      not null,
    since      timestamptz not null default now(),
    primary key (sha256, owner_kind, owner_id)
);
create index artifact_use_owner on artifact_use (owner_kind, owner_id);
create index artifact_use_staging on artifact_use (since) where owner_kind = 'STAGING';

-- Artifacts that lost their last use; the sweeper removes them after a grace time if nobody took them up again.
create table artifact_garbage (
    sha256     text        primary key,
    size_bytes bigint      not null,
    since      timestamptz not null default now()
);

create table upload (
    id             uuid        primary key,
    owner          text        not null,
    file_name      text        not null,
    length_bytes   bigint      not null check (length_bytes >= 0),
    received_bytes bigint      not null default 0 check (received_bytes between 0 and length_bytes),
    used           boolean     not null default false, -- by a model or dataset; kept until it expires to say so
    created_at     timestamptz not null,
    expires_at     timestamptz not null
);
create index upload_expiry on upload (expires_at);

create table upload_part (
    upload_id  uuid   not null references upload on delete cascade,
    position   bigint not null, -- of its first byte in the upload
    sha256     text   not null,
    size_bytes bigint not null,
    primary key (upload_id, position)
);

create table model (
    id              uuid        primary key,
    name            text        not null,
    owner           text        not null,
    state           text        not null check (state in ('IMPORTING', 'READY', 'FAILED')),
    format          text        not null,
    format_version  text        not null,
    precision       text        not null,
    task            text,
    parent_id       uuid        references model,
    input_spec      text check (input_spec is json),
    files           text        not null check (files is json), -- the originals: [{name, sha256, sizeBytes, role}]
    inputs          text        not null check (inputs is json),
    outputs         text        not null check (outputs is json),
    notes           text        not null check (notes is json),
    xml_sha256      text,
    xml_bytes       bigint,
    bin_sha256      text,
    bin_bytes       bigint,
    size_bytes      bigint      not null, -- of the IR when READY, of the originals before
    parameters      bigint,
    runtime_version text,
    problem         text check (problem is json),
    job_id          uuid        not null,
    created_at      timestamptz not null,
    updated_at      timestamptz not null
);
create index model_created on model (created_at, id);
create index model_parent on model (parent_id);

create table dataset (
    id          uuid        primary key,
    name        text        not null,
    owner       text        not null,
    state       text        not null check (state in ('READY')),
    zip_sha256  text        not null,
    zip_bytes   bigint      not null,
    image_count int         not null,
    ignored     text        not null check (ignored is json), -- names of files that are no images, the first few
    ignored_count int       not null,
    created_at  timestamptz not null
);
create index dataset_created on dataset (created_at, id);

create table dataset_image (
    dataset_id  uuid   not null references dataset on delete cascade,
    position    int    not null, -- order in the archive, from 0
    name        text   not null,
    format      text   not null,
    width       int    not null,
    height      int    not null,
    size_bytes  bigint not null,
    data_offset bigint not null, -- of its bytes in dataset.zip
    primary key (dataset_id, position)
);
create unique index dataset_image_name on dataset_image (dataset_id, name);

-- As the scheduler last told; the highest version wins.
create table target (
    id              uuid        primary key,
    version         bigint      not null,
    name            text        not null,
    state           text        not null,
    labels          text        not null check (labels is json),
    devices         text        not null check (devices is json),
    resources       text        not null check (resources is json),
    agent_version   text        not null,
    runtime_version text        not null,
    job_kinds       text        not null check (job_kinds is json),
    last_seen       timestamptz,
    forgotten       boolean     not null,
    created_at      timestamptz not null
);

create table project (
    id         uuid        primary key,
    model_id   uuid        not null references model,
    dataset_id uuid        references dataset, -- null: random input
    target_id  uuid        not null references target,
    device     text        not null,
    owner      text        not null,
    created_at timestamptz not null,
    unique nulls not distinct (model_id, dataset_id, target_id, device)
);
create index project_created on project (created_at, id);
create index project_dataset on project (dataset_id);
create index project_target on project (target_id);

create table experiment (
    id               uuid        primary key,
    project_id       uuid        not null references project on delete cascade,
    kind             text        not null,
    options          text        not null check (options is json),
    priority         int         not null,
    owner            text        not null,
    state            text        not null check (state in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    progress         float8      not null default 0,
    stage            text        not null default '',
    cancel_requested boolean     not null default false,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    finished_at      timestamptz
);
create index experiment_created on experiment (created_at, id);
create index experiment_project on experiment (project_id, created_at, id);
create index experiment_live on experiment (project_id) where state in ('QUEUED', 'RUNNING');

-- Jobs of experiments, and of model imports (then model_id is set).
create table job (
    id               uuid        primary key,
    experiment_id    uuid        references experiment on delete cascade,
    model_id         uuid        references model on delete cascade,
    kind             text        not null,
    version          bigint      not null default 0, -- of the scheduler's last word; 0: none yet
    state            text        not null default 'QUEUED',
    attempt          int         not null default 0,
    target_id        text        not null default '',
    device           text        not null default '',
    waiting_for      text        not null default '',
    attempts         text        not null default '[]' check (attempts is json),
    problem          text check (problem is json),
    result           bytea,
    progress_attempt int         not null default 0,
    progress_seq     bigint      not null default -1,
    progress         float8      not null default 0,
    stage            text        not null default '',
    created_at       timestamptz not null,
    check ((experiment_id is null) <> (model_id is null))
);
create index job_experiment on job (experiment_id);
create index job_model on job (model_id);

create table result_part (
    job_id  uuid  not null references job on delete cascade,
    key     text  not null,
    attempt int   not null,
    payload bytea not null,
    primary key (job_id, key)
);

-- The answer to a submit, kept to be given again.
create table idempotency_key (
    owner      text        not null,
    key        text        not null,
    request    text        not null, -- SHA-256 of method, path and body
    status     int,
    location   text,
    body       text,
    created_at timestamptz not null default now(),
    primary key (owner, key)
);
create index idempotency_key_age on idempotency_key (created_at);

-- What server-sent events show. Readers go by (transaction, id) and only up to the oldest transaction that still runs:
-- so an event that commits late is never skipped, and writers need no common lock.
create table event_log (
    transaction   xid8        not null default pg_current_xact_id(),
    id            bigint      generated always as identity,
    type          text        not null,
    experiment_id uuid,
    target_id     uuid,
    data          text        not null check (data is json),
    created_at    timestamptz not null default now(),
    primary key (transaction, id)
);
create index event_log_age on event_log (created_at);

-- Up to where events were removed because of their age.
create table event_log_horizon (
    only_row    boolean primary key default true check (only_row),
    transaction xid8    not null,
    id          bigint  not null
);
insert into event_log_horizon (transaction, id) values ('0', 0);
