-- Who and what runs were started for, as keyed digests, so that runs are found by them and nothing is told.
CREATE TABLE run_labels (
  label BLOB NOT NULL,
  run INTEGER NOT NULL,
  PRIMARY KEY (label, run)
) STRICT, WITHOUT ROWID;

-- Lists are of one project as often as of all.
DROP INDEX runs_of_workflows;
CREATE INDEX runs_of_workflows ON runs (workflow, version, status, created_at, ended_at, project)
  WHERE workflow IS NOT NULL;
