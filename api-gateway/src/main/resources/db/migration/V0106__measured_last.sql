-- Every gateway looks for the figures measured last every few seconds; few events have any.
create index event_log_partial_age on event_log (created_at) where type = 'experiment.partial';
