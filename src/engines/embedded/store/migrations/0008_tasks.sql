-- What runs ask people: `n` tells the order, `body` is JSON (request, answers, notes).
CREATE TABLE tasks (
  n INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  effect INTEGER NOT NULL,
  project INTEGER NOT NULL,
  state INTEGER NOT NULL,       -- index into taskStates of core/task.ts
  body ANY NOT NULL
) STRICT;
CREATE UNIQUE INDEX tasks_by_run ON tasks (run, effect);
CREATE INDEX tasks_open ON tasks (n, project) WHERE state = 0;
