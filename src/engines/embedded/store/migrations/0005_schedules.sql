-- When the clock starts runs of active definitions.
CREATE TABLE schedules (
  definition INTEGER NOT NULL,
  trigger INTEGER NOT NULL,     -- name of the trigger
  spec TEXT NOT NULL,           -- JSON: the schedule as the version describes it
  began INTEGER NOT NULL,       -- since when it is this one: intervals count from here
  due INTEGER,                  -- NULL when it is not due any more
  PRIMARY KEY (definition, trigger)
) STRICT, WITHOUT ROWID;
