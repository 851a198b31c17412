-- {task, inputSpec} as its import said, or as it took them over from its root: where taking back a user's change leads.
-- Null of older models: to the guess.
alter table model add column came_with text check (came_with is json);
