-- A model is one version of a network: what its original files became under certain options. The root is the version that
-- came with the files; it is its own root.
alter table model
    drop constraint model_state_check,
    add constraint model_state_check check (state in ('SCANNED', 'IMPORTING', 'READY', 'FAILED')),
    alter column job_id drop not null,    -- a scan has no job
    alter column precision drop not null, -- a scan does not tell it
    add column origin         text check (origin in ('IMPORT', 'CONVERSION', 'CALIBRATION')),
    add column root_id        uuid references model,
    add column conversion     text check (conversion is json), -- what it was made with; null if nothing was converted
    add column conversion_key text,                            -- SHA-256 of conversion
    add column scan_inputs    text check (scan_inputs is json), -- as the original files declare them
    add column scan_outputs   text check (scan_outputs is json),
    add column task_given     boolean not null default false,  -- task is the user's word, not a guess
    add column task_guess     text check (task_guess is json), -- {task, confidence, reason}
    add column task_settings  text check (task_settings is json),
    add column input_given    boolean not null default false,  -- input_spec is the user's word, not a guess
    add column input_guess    text check (input_guess is json); -- {input, spec, confidence, reason}

update model set
    origin = 'IMPORT', root_id = id, scan_inputs = inputs, scan_outputs = outputs,
    conversion = '{"precision":"' || precision || '"}',
    conversion_key = encode(sha256(convert_to('{"precision":"' || precision || '"}', 'UTF8')), 'hex'),
    task_given = task is not null, input_given = input_spec is not null;

alter table model
    alter column origin set not null,
    alter column root_id set not null,
    alter column scan_inputs set not null,
    alter column scan_outputs set not null;

create index model_root on model (root_id, created_at, id);

-- The same options give the same version, also when two ask at once. After a failure they may be tried again.
create unique index model_conversion on model (root_id, conversion_key) where state <> 'FAILED';

-- What the graph of a READY model tells without running it.
create table model_analysis (
    model_id     uuid   primary key references model on delete cascade,
    document     text   not null check (document is json),
    graph_sha256 text,
    graph_bytes  bigint
);

-- Names of what a model tells apart, by index; apart from the model because there may be many.
create table model_labels (
    model_id uuid primary key references model on delete cascade,
    document text not null check (document is json)
);
