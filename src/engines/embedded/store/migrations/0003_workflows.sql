-- Definitions that are started by name, what started a run, child runs, and runs that take over from others.

ALTER TABLE versions ADD COLUMN workflow TEXT;          -- the name by which it is started; NULL for other definitions
ALTER TABLE versions ADD COLUMN workflow_version TEXT;

ALTER TABLE runs ADD COLUMN workflow INTEGER;           -- the same name, in `names`; NULL for runs of other definitions
ALTER TABLE runs ADD COLUMN starter ANY;                -- JSON: by whom and for what it was started
ALTER TABLE runs ADD COLUMN start_key BLOB;             -- salted digest: of runs with one key there is one
ALTER TABLE runs ADD COLUMN parent INTEGER;             -- the run that spawned it, by which effect
ALTER TABLE runs ADD COLUMN parent_effect INTEGER;
ALTER TABLE runs ADD COLUMN awaited INTEGER;            -- 1: its end answers that effect
ALTER TABLE runs ADD COLUMN ends_with_parent INTEGER;   -- 1: it is cancelled when its parent ends
ALTER TABLE runs ADD COLUMN depth INTEGER;              -- runs above it
ALTER TABLE runs ADD COLUMN continues INTEGER;          -- the run that it took over from
ALTER TABLE runs ADD COLUMN chain INTEGER;              -- runs before it in a chain of those

CREATE UNIQUE INDEX runs_by_start_key ON runs (start_key) WHERE start_key IS NOT NULL;
CREATE INDEX runs_by_parent ON runs (parent, parent_effect) WHERE parent IS NOT NULL;
CREATE UNIQUE INDEX runs_by_continues ON runs (continues) WHERE continues IS NOT NULL;

-- All that lists and counts of workflows' runs look at, so that they read no row.
CREATE INDEX runs_of_workflows ON runs (workflow, version, status, created_at, ended_at) WHERE workflow IS NOT NULL;
