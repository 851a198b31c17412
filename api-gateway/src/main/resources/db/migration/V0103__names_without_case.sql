-- Lists by name show A and a side by side, in the same order whatever the database's own collation is.
create index model_by_name on model (lower(name collate "pg_c_utf8"), id);
create index dataset_by_name on dataset (lower(name collate "pg_c_utf8"), id);
create index catalog_entry_by_name on catalog_entry (lower(name collate "pg_c_utf8"), id);
