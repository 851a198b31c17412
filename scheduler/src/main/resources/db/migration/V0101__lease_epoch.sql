-- Of the target's stream that the attempt was given on, or last claimed on by its agent. A goodbye speaks for these alone: not for
-- those of a process that died, nor for those of a later one.
alter table lease add column epoch bigint not null default 0;
