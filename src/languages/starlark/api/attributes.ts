/** Attributes of the API's and the library's values that are no methods, for docs, stubs and editors. */

export interface AttributeSpec {
  name: string;
  /** As in the tables of builtins: "int", "dict", "string | None". */
  type: string;
  doc: string;
}

const durationUnits = ["hours", "minutes", "seconds"].map((name) => ({
  name,
  type: "float",
  doc: `The whole duration in ${name}.`,
}));

const smallDurationUnits = ["milliseconds", "microseconds", "nanoseconds"].map((name) => ({
  name,
  type: "int",
  doc: `The whole duration in ${name}.`,
}));

const timeParts = ["year", "month", "day", "hour", "minute", "second", "nanosecond"].map((name) => ({
  name,
  type: "int",
  doc: `The ${name} of the moment.`,
}));

/** By type; a test compares them with the values' own attributes. */
export const apiAttributes: readonly (readonly [type: string, attributes: readonly AttributeSpec[]])[] = [
  [
    "context",
    [
      { name: "run_id", type: "string", doc: "The run's id; `signal` takes it." },
      { name: "project", type: "string", doc: "The path of the project the run belongs to." },
      { name: "vars", type: "record", doc: "The project's variables and secrets by name. A secret is an opaque text." },
    ],
  ],
  [
    "response",
    [
      { name: "status_code", type: "int", doc: "The HTTP status: 200." },
      { name: "status", type: "string", doc: 'The status with its words: "200 OK".' },
      { name: "ok", type: "bool", doc: "Whether the status is 200 to 299." },
      { name: "headers", type: "dict of string", doc: "Header fields; names are found in any case." },
      { name: "body", type: "bytes", doc: "The body as it came." },
    ],
  ],
  [
    "time.time",
    [
      ...timeParts,
      { name: "unix", type: "int", doc: "Seconds since 1970." },
      { name: "unix_nano", type: "int", doc: "Nanoseconds since 1970." },
    ],
  ],
  ["time.duration", [...durationUnits, ...smallDurationUnits]],
];
