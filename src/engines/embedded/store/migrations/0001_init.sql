-- Integer keys inside, UUIDv7 outside. Texts that repeat (projects, event types, paths, trigger names) live once in `names`.
-- Columns that hold user bytes are BLOBs or TEXT as they are, or sealed BLOBs when an encryption key is configured.

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value ANY
) STRICT, WITHOUT ROWID;

CREATE TABLE names (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  project INTEGER NOT NULL,
  type INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  head ANY NOT NULL,            -- JSON: id, source, other attributes, overlay
  body ANY,                     -- as received
  held_by TEXT,                 -- the flag that held it back
  hops INTEGER NOT NULL,
  cause BLOB,                   -- the run that emitted it
  decisions TEXT                -- JSON: why it started nothing, or which triggers passed it by
) STRICT;
CREATE INDEX events_by_type ON events (project, type, seq);

-- Outlives the events: an event is known by (project, source, id) for the dedupe horizon.
CREATE TABLE event_keys (
  key BLOB PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE images (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  language TEXT NOT NULL,
  bytes ANY NOT NULL
) STRICT;

CREATE TABLE definitions (
  id INTEGER PRIMARY KEY,
  project INTEGER NOT NULL,
  path INTEGER NOT NULL,
  language TEXT NOT NULL,
  version INTEGER,              -- the active one
  active_since INTEGER,
  problems TEXT NOT NULL,       -- JSON: diagnostics of the newest sources
  removed INTEGER NOT NULL DEFAULT 0,
  UNIQUE (project, path)
) STRICT;

CREATE TABLE versions (
  id INTEGER PRIMARY KEY,
  definition INTEGER NOT NULL,
  image INTEGER NOT NULL,
  commit_sha TEXT,
  author TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX versions_by_definition ON versions (definition);

-- Plain variables and the names of secrets as they were when a run began, once for all runs that share them.
CREATE TABLE settings (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  body ANY NOT NULL
) STRICT;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  uuid BLOB NOT NULL UNIQUE,
  project INTEGER NOT NULL,
  version INTEGER NOT NULL,
  trigger INTEGER NOT NULL,
  event INTEGER,
  position INTEGER NOT NULL,    -- where the log ended at the start
  hops INTEGER NOT NULL,
  settings INTEGER NOT NULL,
  input ANY,
  identity TEXT,                -- of a driver
  key TEXT,                     -- runs of one key are admitted as `mode` says
  mode TEXT NOT NULL DEFAULT 'parallel',
  status INTEGER NOT NULL,      -- index into run-status.ts
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  ended_at INTEGER,
  entry INTEGER NOT NULL,       -- history entries below this one are contained in `state`
  state ANY,
  ledger ANY,                   -- JSON: open effects, counters; what the engine knows beside the state
  outcome ANY,
  deaths INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX runs_open ON runs (status, id) WHERE status < 5;
CREATE INDEX runs_by_event ON runs (event, trigger, version) WHERE event IS NOT NULL;
CREATE UNIQUE INDEX runs_by_identity ON runs (identity) WHERE identity IS NOT NULL AND status < 5;
CREATE INDEX runs_ended ON runs (ended_at) WHERE ended_at IS NOT NULL;

-- What runs did. `entry` is the number of the row's first entry.
CREATE TABLE journal (
  run INTEGER NOT NULL,
  entry INTEGER NOT NULL,
  body ANY NOT NULL,
  PRIMARY KEY (run, entry)
) STRICT, WITHOUT ROWID;

-- Of runs that are parked: what is due, and which events they wait for.
CREATE TABLE timers (
  due INTEGER NOT NULL,
  run INTEGER NOT NULL,
  effect INTEGER NOT NULL,
  PRIMARY KEY (due, run, effect)
) STRICT, WITHOUT ROWID;

CREATE TABLE waits (
  project INTEGER NOT NULL,
  key TEXT NOT NULL,
  run INTEGER NOT NULL,
  effect INTEGER NOT NULL,
  PRIMARY KEY (project, key, run, effect)
) STRICT, WITHOUT ROWID;

CREATE TABLE wait_shapes (
  project INTEGER NOT NULL,
  shape TEXT NOT NULL,
  PRIMARY KEY (project, shape)
) STRICT, WITHOUT ROWID;

-- Messages accepted for a run and not yet consumed by a turn of it.
CREATE TABLE inbox (
  run INTEGER NOT NULL,
  n INTEGER NOT NULL,
  body ANY NOT NULL,
  PRIMARY KEY (run, n)
) STRICT, WITHOUT ROWID;

-- An event that more waiting runs want than one commit delivers: where to go on.
CREATE TABLE deliveries (
  event INTEGER PRIMARY KEY,
  after_run INTEGER NOT NULL
) STRICT;

CREATE TABLE flags (
  name TEXT NOT NULL,
  project TEXT NOT NULL,        -- '' for the instance
  enabled INTEGER NOT NULL,
  PRIMARY KEY (name, project)
) STRICT, WITHOUT ROWID;

CREATE TABLE trigger_pauses (
  definition INTEGER NOT NULL,
  trigger INTEGER NOT NULL,
  object TEXT NOT NULL,
  reason TEXT NOT NULL,
  paused_at INTEGER NOT NULL,
  PRIMARY KEY (definition, trigger, object)
) STRICT, WITHOUT ROWID;
