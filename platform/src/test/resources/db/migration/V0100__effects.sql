-- What the test's consumers leave: one row an effect, in the order in which they happened.
create table effect (
    id         bigint generated always as identity primary key,
    message_id uuid not null,
    key        text not null,
    number     int  not null
);
