-- Tries in a row at which a host's name was not found: no server was asked, so they are no failures of one.
alter table acquisition add column look_ups int not null default 0;
-- All of both kinds, for users.
alter table acquisition add column tries int not null default 0;
update acquisition set tries = failures;
