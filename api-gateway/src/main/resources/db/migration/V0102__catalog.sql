-- Catalogues of models: where they come from, what is in them, and downloads that are under way.

create table catalog_source (
    id         uuid        primary key,
    name       text        not null unique,
    kind       text        not null check (kind in ('BUILT_IN', 'FOLDER', 'UPLOAD', 'URL')),
    location   text, -- of a URL or FOLDER, as it was given
    state      text        not null check (state in ('LOADING', 'READY', 'FAILED')),
    digest     text, -- of what the entries were read from: the same digest needs no second reading
    problem    text check (problem is json),
    owner      text        not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create table catalog_entry (
    id         uuid        primary key,
    source_id  uuid        not null references catalog_source on delete cascade,
    path       text        not null, -- of its folder in the source
    name       text        not null,
    task       text        not null, -- '' if no task of ours fits
    task_type  text        not null, -- as the entry says it
    framework  text        not null,
    precisions text        not null, -- ' FP16 FP32 ': with a space before and behind each
    size_bytes bigint      not null, -- of the largest download that it can ask for
    importable boolean     not null,
    words      text        not null, -- name and description in lower case, to be searched
    document   text        not null check (document is json),
    created_at timestamptz not null,
    unique (source_id, path)
);
create index catalog_entry_name on catalog_entry (name, id);

-- Files on their way: of a model in the state DOWNLOADING, or of a source that is LOADING. Whoever holds the lease works on
-- it; every write names the holder, so that one who lost it changes nothing.
create table acquisition (
    id             uuid        primary key,
    model_id       uuid unique references model on delete cascade,
    source_id      uuid unique references catalog_source on delete cascade,
    plan           text        not null check (plan is json),
    received_bytes bigint      not null default 0,
    total_bytes    bigint, -- null: not known
    failures       int         not null default 0,
    trouble        text check (trouble is json), -- why the last try failed
    next_at        timestamptz not null default now(),
    holder         uuid,
    lease_until    timestamptz,
    created_at     timestamptz not null default now(),
    check ((model_id is null) <> (source_id is null))
);
create index acquisition_due on acquisition (next_at);

alter table model drop constraint model_state_check;
alter table model add constraint model_state_check check (state in ('DOWNLOADING', 'SCANNED', 'IMPORTING', 'READY', 'FAILED'));
alter table model add column catalog_entry text; -- where it came from: "source/name"
