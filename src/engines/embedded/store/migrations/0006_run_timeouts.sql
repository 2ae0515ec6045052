-- How long a run may take, where the run that it took over from says so.
ALTER TABLE runs ADD COLUMN timeout TEXT;               -- JSON; NULL for what its definition says
