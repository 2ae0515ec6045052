-- Runs of one key are open one at a time: the others wait for the oldest.
CREATE INDEX runs_by_key ON runs (key, id) WHERE key IS NOT NULL AND status < 5;
