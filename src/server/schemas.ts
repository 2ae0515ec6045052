/** The API's objects as JSON Schemas. Each is checked against the type it stands for, so that the two cannot drift apart. */
import { Type, type TSchema } from "typebox";
import type { AppendResult, EventDecision, FlagView } from "../core/engine.ts";
import type { EventAttributes, EventCause } from "../core/event.ts";
import type { Failure } from "../core/failure.ts";
import type { DefinitionView, LoadedProject } from "../core/definition.ts";
import type {
  Correlation,
  Diagnostic,
  Graph,
  JsonSchema,
  OpenNode,
  Starter,
  WorkflowDescription,
} from "../core/program.ts";
import type { NodeVisit } from "../core/effect.ts";
import type { Schedule } from "../core/schedule.ts";
import { runStates, type HistoryEntry, type OpenEffectView, type RunDetails, type RunSummary } from "../core/run.ts";
import { filterSchema } from "./filter-schema.ts";
import { of } from "./schema-of.ts";

const strict = { additionalProperties: false } as const;

const time = (description: string) => Type.Integer({ description: `${description}, in ms since 1970.` });
const optional = Type.Optional;

const failureSchema = of<Failure>()(
  Type.Object(
    {
      type: Type.String({ description: 'The family: "http", "action", "script", "limit", "timeout", "cancelled".' }),
      code: Type.String(),
      message: Type.String(),
      retryable: Type.Boolean(),
      attempts: optional(Type.Integer()),
      retryAfterMs: optional(Type.Number()),
      details: optional(Type.Unknown()),
      traceback: optional(Type.String()),
    },
    strict,
  ),
);

const locationSchema = Type.Object({ file: Type.String(), line: Type.Integer(), column: Type.Integer() }, strict);

const diagnosticSchema = of<Diagnostic>()(
  Type.Object(
    {
      severity: Type.Enum(["error", "warning"]),
      code: Type.String(),
      message: Type.String(),
      where: locationSchema,
    },
    strict,
  ),
);

const scheduleSchema = of<Schedule>()(
  Type.Object(
    {
      cron: optional(Type.String()),
      timezone: optional(Type.String()),
      every: optional(Type.Number({ description: "Ms between two starts." })),
      from: optional(time("The first start")),
      repeat: optional(Type.Integer({ description: "How many times after the first." })),
      until: optional(time("No start after this")),
    },
    strict,
  ),
);

const jsonSchemaSchema = of<JsonSchema>()(
  Type.Object(
    {
      path: Type.String({ description: "Of the schema; references in it are relative to this." }),
      documents: Type.Record(Type.String(), Type.String(), { description: "JSON texts by path." }),
      at: optional(locationSchema),
    },
    strict,
  ),
);

const graphSchema = of<Graph>()(
  Type.Object(
    {
      nodes: Type.Array(
        Type.Object(
          {
            id: Type.String(),
            name: Type.String(),
            type: Type.String(),
            where: locationSchema,
            parent: optional(Type.String()),
          },
          strict,
        ),
      ),
      edges: Type.Array(
        Type.Object(
          {
            from: Type.String(),
            to: Type.String(),
            label: optional(Type.String()),
            kind: Type.Enum(["start", "next", "condition", "default", "event", "error", "compensation", "end"]),
          },
          strict,
        ),
      ),
    },
    strict,
  ),
);

export const workflowSchema = of<WorkflowDescription>()(
  Type.Object(
    {
      name: Type.String({ description: "By which it is started." }),
      version: Type.String(),
      title: optional(Type.String()),
      description: optional(Type.String()),
      annotations: optional(Type.Array(Type.String())),
      inputSchema: optional(jsonSchemaSchema),
      mayDiffer: optional(Type.Literal(true, { description: "An input that does not fit is only told in the log." })),
      outputSchema: optional(jsonSchemaSchema),
      environment: Type.Array(Type.String(), { description: "Names that it may ask for." }),
      graph: graphSchema,
    },
    strict,
  ),
);

export const loadedProjectSchema = of<LoadedProject>()(
  Type.Object(
    {
      project: Type.String({ description: "Full path." }),
      ref: Type.String({ description: "The tag, branch or commit that the script names." }),
      commit: Type.String({ description: "What it stood for." }),
    },
    strict,
  ),
);

const correlationSchema = of<Correlation>()(
  Type.Object(
    { by: Type.Array(Type.String()), repeatedly: optional(Type.Literal(true)) },
    { ...strict, description: "An event that a run takes that waits for one of these attributes starts no other." },
  ),
);

export const definitionSchema = of<DefinitionView>()(
  Type.Object(
    {
      project: Type.String(),
      path: Type.String(),
      language: Type.String(),
      imageHash: optional(Type.String()),
      commit: optional(Type.String()),
      author: optional(Type.String()),
      libraries: optional(
        Type.Array(loadedProjectSchema, { description: "Other projects whose files the active version loads." }),
      ),
      activeSince: optional(time("When the active version became it")),
      triggers: Type.Array(
        Type.Object(
          {
            name: Type.String(),
            filter: filterSchema,
            schedule: optional(scheduleSchema),
            validates: optional(filterSchema),
            unlessReceived: optional(correlationSchema),
            where: locationSchema,
            pausedUntilResumed: Type.Boolean(),
            nextAt: optional(time("When the clock pulls it next")),
          },
          strict,
        ),
      ),
      workflow: optional(workflowSchema),
      problems: Type.Array(diagnosticSchema),
    },
    strict,
  ),
);

export const flagSchema = of<FlagView>()(
  Type.Object({ name: Type.String(), project: optional(Type.String()), enabled: Type.Boolean() }, strict),
);

const decisionSchema = of<EventDecision>()(
  Type.Object(
    {
      definition: Type.String(),
      trigger: Type.String(),
      outcome: Type.Enum(["started", "received", "filter", "skipped", "paused", "hops", "rate", "failed"]),
      runId: optional(Type.String()),
      reason: Type.String(),
    },
    strict,
  ),
);

const attributesSchema = of<EventAttributes>()(
  Type.Object(
    {
      id: Type.String(),
      source: Type.String(),
      type: Type.String(),
      subject: optional(Type.String()),
      time: optional(Type.String()),
      datacontenttype: optional(Type.String()),
      dataschema: optional(Type.String()),
      extensions: optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]))),
    },
    strict,
  ),
);

export const eventSchema = Type.Object(
  {
    seq: Type.Integer({ description: "Position in the log." }),
    receivedAt: time("When it was accepted"),
    project: Type.String(),
    attributes: attributesSchema,
    data: optional(Type.Unknown()),
    dataOmitted: optional(Type.Literal(true, { description: "In a list: the data is too large for it." })),
    heldBy: optional(Type.String({ description: "The flag that holds it back." })),
    cause: optional(of<EventCause>()(Type.Object({ runId: Type.String(), hops: Type.Integer() }, strict))),
    decisions: optional(
      Type.Array(decisionSchema, { description: "One per trigger that could have started; absent until dispatched." }),
    ),
    receivedBy: Type.Array(Type.String(), {
      description: "Runs that waited for it when it came, the first 20 of them.",
    }),
    reason: optional(Type.String({ description: "Why it started nothing." })),
  },
  strict,
);

const appendProperties = {
  seq: Type.Integer({ description: "Position in the log: of the event, or of the first one with its key." }),
  duplicate: Type.Boolean(),
  heldBy: optional(Type.String({ description: "The flag that holds it back." })),
  runs: Type.Array(Type.String(), { description: "For a duplicate: the runs that the first one started." }),
};

export const acceptedSchema = of<AppendResult & { id: string }>()(
  Type.Object({ id: Type.String({ description: "The event's id." }), ...appendProperties }, strict),
);

const originProperties = {
  file: Type.String(),
  line: Type.Integer(),
  column: Type.Integer(),
  node: optional(Type.String()),
  fiber: optional(Type.Integer()),
  label: optional(Type.String()),
};

const originSchema = Type.Object(originProperties, strict);

const openEffectSchema = of<OpenEffectView>()(
  Type.Object(
    {
      n: Type.Integer(),
      kind: Type.String(),
      what: Type.String(),
      origin: originSchema,
      attempt: optional(Type.Integer()),
      nextAttemptAt: optional(time("When the next attempt starts")),
      lastError: optional(failureSchema),
      awaited: optional(
        Type.Boolean({ description: "For runs that are started: false where only their start is waited for" }),
      ),
    },
    strict,
  ),
);

const openNodeProperties = {
  node: Type.String({ description: "Of the workflow's graph." }),
  name: Type.String(),
  type: Type.String(),
  entered: time("When"),
  error: optional(Type.String()),
};

const openNodeSchema = of<OpenNode>()(Type.Object(openNodeProperties, strict));

export const nodeVisitSchema = of<NodeVisit | OpenNode>()(
  Type.Object({ ...openNodeProperties, left: optional(time("Absent while the run is in it: when")) }, strict),
);

const starterSchema = of<Starter>()(
  Type.Object(
    {
      identity: optional(Type.String()),
      headers: optional(Type.Record(Type.String(), Type.String())),
      businessKey: optional(Type.String()),
      initiatorEntity: optional(Type.String()),
      targetEntity: optional(Type.String()),
      parent: optional(
        Type.Object(
          { runId: Type.String(), definition: Type.String(), startedBy: optional(Type.String()) },
          { ...strict, description: "The run that spawned it, and the user whose GitLab event led to that." },
        ),
      ),
    },
    strict,
  ),
);

const inspectionSchema = Type.Object(
  {
    fibers: Type.Array(
      Type.Object(
        {
          id: Type.Integer({ description: "0 is the first." }),
          frames: Type.Array(
            Type.Object(
              { function: Type.String(), at: originSchema, locals: Type.Record(Type.String(), Type.String()) },
              strict,
            ),
          ),
          waitingFor: Type.Array(Type.Integer(), { description: "Open effects." }),
          waitingForFibers: Type.Array(Type.Integer()),
          waitingForSignals: Type.Array(Type.String()),
          started: optional(Type.Object({ by: Type.Integer(), function: Type.String(), at: originSchema }, strict)),
        },
        strict,
      ),
    ),
    mailbox: Type.Record(Type.String(), Type.Integer()),
    data: optional(Type.String({ description: "JSON text of the data that it works on." })),
    nodes: optional(Type.Array(openNodeSchema)),
  },
  strict,
);

const runStateSchema = Type.Enum(runStates);

const runProperties = {
  id: Type.String(),
  project: Type.String(),
  definition: Type.String({ description: "Path of the definition inside its project." }),
  trigger: Type.String({ description: '"" for a driver.' }),
  state: runStateSchema,
  imageHash: Type.String(),
  eventId: optional(Type.String()),
  eventSource: optional(Type.String()),
  createdAt: time("When it was created"),
  updatedAt: time("When it last did something"),
  endedAt: optional(time("When it ended")),
  waitingFor: optional(Type.String({ description: "In words." })),
  error: optional(failureSchema),
};

export const runSummarySchema = of<RunSummary>()(Type.Object(runProperties, strict));

export const runDetailsSchema = of<RunDetails>()(
  Type.Object(
    {
      ...runProperties,
      commit: optional(Type.String()),
      author: optional(Type.String()),
      value: optional(Type.String({ description: "JSON text of the value it succeeded with." })),
      turns: Type.Integer(),
      stateBytes: Type.Integer(),
      openEffects: Type.Array(openEffectSchema),
      inspection: optional(inspectionSchema),
      workflow: optional(Type.Object({ name: Type.String(), version: Type.String() }, strict)),
      input: optional(Type.String({ description: "JSON text that it was started with." })),
      starter: optional(starterSchema),
      data: optional(Type.String({ description: "JSON text of the data that it works on, or ended with." })),
      parent: optional(Type.Object({ runId: Type.String(), effect: Type.Integer() }, strict)),
      continuedFrom: optional(Type.String()),
      chain: optional(Type.Integer()),
      continuedAs: optional(Type.String()),
      repairable: optional(Type.Literal(true)),
    },
    strict,
  ),
);

export const historyEntrySchema = Type.Object(
  {
    seq: Type.Integer({ description: "Ascends within a run and never changes." }),
    time: time("When"),
    kind: Type.Enum(["started", "arrival", "effect", "attempt", "ended", "note"]),
    text: Type.String({ description: "One line." }),
    level: optional(Type.Enum(["debug", "info", "warn", "error"])),
    arrival: optional(Type.Unsafe<NonNullable<HistoryEntry["arrival"]>>(Type.Object({ kind: Type.String() }))),
    effect: optional(
      Type.Unsafe<NonNullable<HistoryEntry["effect"]>>(Type.Object({ kind: Type.String(), n: Type.Integer() })),
    ),
  },
  strict,
);

/** A page of a list. */
export function pageOf<S extends TSchema>(items: S) {
  return Type.Object(
    {
      items: Type.Array(items),
      next: optional(Type.String({ description: "Cursor of the next page; absent on the last." })),
    },
    strict,
  );
}

export const projectParams = Type.Object({
  project: Type.String({ minLength: 1, description: "A number, or a full path." }),
});

export const runParams = Type.Object({ id: Type.String({ minLength: 1, description: "The run's id." }) });

export const pageQuery = {
  limit: optional(Type.Integer({ minimum: 1, maximum: 500, description: "Items of a page; 50 unless said." })),
  cursor: optional(Type.String({ minLength: 1, description: "`next` of the page before." })),
};
