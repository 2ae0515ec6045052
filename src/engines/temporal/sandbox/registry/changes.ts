/** What a change makes of the registry. */
import { AutoFlowError } from "../../../../core/errors.ts";
import type { Diagnostic } from "../../../../core/program.ts";
import {
  type DefinitionRecord,
  isActiveVersion,
  keptMs,
  type NewVersion,
  type PauseRecord,
  type RegistryAnswer,
  type RegistryChange,
  type RegistryNews,
  type RegistryState,
  type ScheduleRecord,
  type TriggerName,
} from "../../protocol/registry.ts";

/** Images of one definition that are kept after they were replaced. */
const earlierKept = 20;
/** Objects that a trigger is shown to be paused for, per log. */
const pausesKept = 10;
const problemsKept = 50;
const problemLength = 1000;

/** What Temporal takes as one argument is 2 MiB. */
const stateLimit = 1.5 * 1024 * 1024;

export function newRegistry(salt: string): RegistryState {
  return {
    version: 0,
    salt,
    definitions: [],
    flags: [],
    pauses: [],
    builds: [],
    unarmed: [],
    forgotten: 0,
  };
}

/** What has changed since a version; undefined for nothing. */
export function newsSince(state: RegistryState, known: number): RegistryNews | undefined {
  if (known === state.version) return undefined;
  const complete = known < state.forgotten || known > state.version;
  if (complete) return { state, complete };
  return { state: { ...state, definitions: state.definitions.filter(({ changed }) => changed > known) }, complete };
}

/**
 * The registry after a change at a time (epoch ms): the same object when nothing is different. Throws REGISTRY_FULL when it would be
 * more than fits.
 */
export function applyChange(
  state: RegistryState,
  change: RegistryChange,
  now: number,
): { state: RegistryState; answer: RegistryAnswer } {
  if (change.kind === "activate") {
    const twin = findTwin(state, change.version);
    if (twin !== undefined) return { state, answer: { version: state.version, twin } };
  }
  const changed = changedBy(state, change, now, state.version + 1);
  if (changed === undefined) return { state, answer: { version: state.version } };
  const next = withoutExpired({ ...state, ...changed, version: state.version + 1 }, now);
  requireRoom(state, next);
  return { state: next, answer: { version: next.version } };
}

/** What is different after a change; undefined for nothing. `version` is that of the registry with the change. */
function changedBy(
  state: RegistryState,
  change: RegistryChange,
  now: number,
  version: number,
): Partial<RegistryState> | undefined {
  switch (change.kind) {
    case "activate":
      return activate(state, change.version, now, version);
    case "refuse": {
      const { project, path, language } = change;
      const known = find(state, change);
      const problems = shortened(change.problems);
      if (known !== undefined && same(known.problems, problems)) return undefined;
      const record = known ?? { project, path, language, schedules: [], earlier: [] };
      return putDefinition(state, { ...record, problems, changed: version });
    }
    case "removeDefinition": {
      const known = find(state, change);
      if (known === undefined || known.removed !== undefined) return undefined;
      return putDefinition(state, { ...known, removed: now, schedules: [], changed: version });
    }
    case "setFlag": {
      const { name, project, enabled } = change;
      const flags = state.flags.filter((flag) => flag.name !== name || flag.project !== project);
      if (enabled !== undefined) flags.push({ name, enabled, ...(project !== undefined && { project }) });
      return same(flags, state.flags) ? undefined : { flags };
    }
    case "pause": {
      const others = state.pauses.filter((pause) => !isOf(pause, change.pause) || pause.log !== change.pause.log);
      const ofTrigger = state.pauses.filter((pause) => isOf(pause, change.pause) && pause.log === change.pause.log);
      if (ofTrigger.some(({ object }) => object === change.pause.object)) return undefined;
      return { pauses: [...others, ...[...ofTrigger, change.pause].slice(-pausesKept)] };
    }
    case "resume": {
      const pauses = state.pauses.filter((pause) => !isOf(pause, change));
      return pauses.length === state.pauses.length ? undefined : { pauses };
    }
    case "addBuild": {
      const isKnown = state.builds.some(({ buildId }) => buildId === change.build.buildId);
      return isKnown ? undefined : { builds: [...state.builds, change.build] };
    }
    case "dropBuild": {
      const builds = state.builds.filter(({ buildId }) => buildId !== change.buildId);
      return builds.length === state.builds.length ? undefined : { builds };
    }
  }
}

function activate(
  state: RegistryState,
  { schedules, ...version }: NewVersion,
  now: number,
  changed: number,
): Partial<RegistryState> | undefined {
  const known = find(state, version);
  const isActive = known !== undefined && isActiveVersion(known, version);
  if (isActive && known.removed === undefined && known.problems.length === 0) return undefined;
  const record: DefinitionRecord = {
    ...version,
    activeSince: isActive ? (known.activeSince ?? now) : now,
    schedules: schedules.map((schedule) => withBeginning(schedule, known?.schedules ?? [], now)),
    problems: [],
    earlier: known === undefined ? [] : earlierImages(known, version.imageHash, now),
    changed,
  };
  if (isActive && known.author !== undefined) record.author = known.author;
  return putDefinition(state, record);
}

/** A schedule that is the same as before goes on as it was. */
function withBeginning(
  schedule: Omit<ScheduleRecord, "began">,
  before: readonly ScheduleRecord[],
  now: number,
): ScheduleRecord {
  const known = before.find(({ trigger }) => trigger === schedule.trigger);
  const goesOn = known !== undefined && same(known.schedule, schedule.schedule);
  return { ...schedule, began: goesOn ? known.began : now };
}

function earlierImages({ imageHash, earlier }: DefinitionRecord, next: string, now: number): typeof earlier {
  const replaced = imageHash === undefined ? [] : [{ imageHash, until: now + keptMs }];
  const others = earlier.filter((image) => image.imageHash !== imageHash);
  return [...others, ...replaced].filter((image) => image.imageHash !== next).slice(-earlierKept);
}

/** With the record in the place of the one before, and the schedules that differ to be armed. */
function putDefinition(state: RegistryState, record: DefinitionRecord): Partial<RegistryState> {
  const at = state.definitions.findIndex((other) => isSameDefinition(other, record));
  const unarmed = armedAnew(state.definitions[at]?.schedules ?? [], record);
  const isWaiting = (one: TriggerName): boolean => unarmed.some((other) => isOf(one, other));
  return {
    definitions: at < 0 ? [...state.definitions, record] : state.definitions.with(at, record),
    unarmed: [...state.unarmed.filter((one) => !isWaiting(one)), ...unarmed],
  };
}

function armedAnew(
  before: readonly ScheduleRecord[],
  { project, path, schedules, changed }: DefinitionRecord,
): RegistryState["unarmed"] {
  const gone = before.filter(({ trigger }) => !schedules.some((schedule) => schedule.trigger === trigger));
  const started = schedules.filter((schedule) => !before.some((other) => same(other, schedule)));
  return [...gone, ...started].map(({ trigger }) => ({ project, path, trigger, version: changed }));
}

/** Another definition of the project that is the same workflow. */
function findTwin(state: RegistryState, { project, path, workflow }: NewVersion): string | undefined {
  if (workflow === undefined) return undefined;
  return state.definitions.find(
    (other) =>
      other.project === project &&
      other.path !== path &&
      other.removed === undefined &&
      other.workflow?.name === workflow.name &&
      other.workflow.version === workflow.version,
  )?.path;
}

function find(state: RegistryState, name: { project: string; path: string }): DefinitionRecord | undefined {
  return state.definitions.find((record) => isSameDefinition(record, name));
}

/** Without definitions that were removed long ago, with their pauses, and images that nobody asks for any more. */
function withoutExpired(state: RegistryState, now: number): RegistryState {
  const isGone = ({ removed }: DefinitionRecord): boolean => removed !== undefined && removed + keptMs < now;
  const gone = state.definitions.filter(isGone);
  const left = gone.length === 0 ? state.definitions : state.definitions.filter((record) => !isGone(record));
  const isOfGone = (pause: PauseRecord): boolean => gone.some((record) => isSameDefinition(record, pause));
  return {
    ...state,
    definitions: left.map((record) => withoutOldImages(record, now)),
    pauses: gone.length === 0 ? state.pauses : state.pauses.filter((pause) => !isOfGone(pause)),
    forgotten: gone.length === 0 ? state.forgotten : state.version,
  };
}

function withoutOldImages(record: DefinitionRecord, now: number): DefinitionRecord {
  const earlier = record.earlier.filter(({ until }) => until > now);
  return earlier.length === record.earlier.length ? record : { ...record, earlier };
}

function requireRoom(before: RegistryState, after: RegistryState): void {
  const length = JSON.stringify(after).length;
  if (length <= stateLimit || length <= JSON.stringify(before).length) return;
  throw new AutoFlowError(
    "REGISTRY_FULL",
    `${after.definitions.length} definitions and what belongs to them take ${length} bytes, and ${stateLimit} is the most`,
  );
}

function shortened(problems: readonly Diagnostic[]): Diagnostic[] {
  return problems.slice(0, problemsKept).map((problem) => {
    const { message } = problem;
    return message.length <= problemLength ? problem : { ...problem, message: `${message.slice(0, problemLength)}…` };
  });
}

function isSameDefinition(a: { project: string; path: string }, b: { project: string; path: string }): boolean {
  return a.path === b.path && a.project === b.project;
}

function isOf(a: TriggerName, b: TriggerName): boolean {
  return a.trigger === b.trigger && isSameDefinition(a, b);
}

/** Of plain data whose members are always in the same order. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
