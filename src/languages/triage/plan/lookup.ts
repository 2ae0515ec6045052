/**
 * What the program asks GitLab about while it decides: as data, so that it can be part of a state. Deciding is a pure function of a
 * resource and the answers; it throws `Missing` where an answer is not there, and is done again when it is.
 */
import { isObject, type Json, type JsonObject, member, numberOf } from "../json.ts";
import type { Query } from "./request.ts";

export interface Lookup {
  kind: LookupKind;
  /** Below `/api/v4/`. */
  path: string;
}

export type LookupKind = keyof typeof kinds;

interface Kind {
  /** Of one resource, or the same for all of a run. */
  scope: "own" | "shared";
  /** Whether the answer is a list, of which all pages are read. */
  list: boolean;
  query?: Query;
  /** What is kept of the answer, or of each item of a list; undefined for nothing. */
  keep(answer: Json): Json | undefined;
  /** What stands for an answer of 404; a failure where absent. */
  absent?: Json;
}

const whole = (answer: Json): Json => answer;

const kinds = {
  members: { scope: "shared", list: true, keep: (item) => member(item, "id") },
  label: { scope: "shared", list: false, keep: () => true, absent: false },
  milestones: { scope: "shared", list: true, query: [["state", "active"]], keep: keepMilestone },
  version: { scope: "shared", list: false, keep: whole },
  discussions: { scope: "own", list: true, keep: keepDiscussion },
  label_events: { scope: "own", list: true, keep: whole },
  merge_requests: { scope: "own", list: true, keep: whole },
  issues: { scope: "own", list: true, keep: whole },
  resource: { scope: "own", list: false, keep: whole },
} as const satisfies Record<string, Kind>;

function keepMilestone(milestone: Json): Json | undefined {
  if (!isObject(milestone)) return undefined;
  const kept: JsonObject = { ...milestone };
  delete kept["description"];
  return kept;
}

/** Whether somebody wrote in it. */
function keepDiscussion(discussion: Json): Json | undefined {
  const notes = member(discussion, "notes");
  const written = Array.isArray(notes) && notes.some((note) => member(note, "system") !== true);
  return written ? numberOf(1) : undefined;
}

export function kindOf({ kind }: Lookup): Kind {
  return kinds[kind];
}

/** Names a lookup among the answers. */
export function keyOf({ kind, path }: Lookup): string {
  return `${kind} ${path}`;
}

export type Answers = Record<string, Json>;

/** An answer that is needed and not there yet. */
export class Missing extends Error {
  readonly lookup: Lookup;
  constructor(lookup: Lookup) {
    super(`the answer of ${keyOf(lookup)} is not there`);
    this.lookup = lookup;
  }
}

/** The answers that a decision may use. */
export class Lookups {
  readonly #shared: Answers;
  readonly #own: Answers;

  constructor(shared: Answers, own: Answers) {
    this.#shared = shared;
    this.#own = own;
  }

  /** Throws Missing. */
  get(kind: LookupKind, path: string): Json {
    const lookup: Lookup = { kind, path };
    const answers = kinds[kind].scope === "shared" ? this.#shared : this.#own;
    const key = keyOf(lookup);
    if (!Object.hasOwn(answers, key)) throw new Missing(lookup);
    return answers[key]!;
  }

  list(kind: LookupKind, path: string): Json[] {
    const answer = this.get(kind, path);
    return Array.isArray(answer) ? answer : [];
  }
}
