/** Which active definitions are started by which name. */
import { AutoFlowError } from "../../core/errors.ts";
import type { WorkflowDescription } from "../../core/program.ts";

/** Definitions of this project are for every project. */
const everyProject = "*";

/** An active definition that is started by name; numbers are those of the store. */
export interface WorkflowEntry {
  definition: number;
  version: number;
  path: string;
  project: string;
  /** Epoch ms. */
  activeSince: number;
  workflow: WorkflowDescription;
}

export class WorkflowIndex {
  readonly #byDefinition = new Map<number, WorkflowEntry>();
  /** By project and name, the newest version first. */
  readonly #byName = new Map<string, WorkflowEntry[]>();
  /** By name alone. */
  readonly #ofAllProjects = new Map<string, WorkflowEntry[]>();

  /** What a definition's active version describes; undefined for nothing, or when it was removed. */
  set(definition: number, entry: WorkflowEntry | undefined): void {
    const before = this.#byDefinition.get(definition);
    if (before !== undefined) this.#drop(before);
    if (entry === undefined) {
      this.#byDefinition.delete(definition);
      return;
    }
    this.#byDefinition.set(definition, entry);
    add(this.#byName, nameKey(entry.project, entry.workflow.name), entry);
    add(this.#ofAllProjects, entry.workflow.name, entry);
  }

  of(definition: number): WorkflowEntry | undefined {
    return this.#byDefinition.get(definition);
  }

  /** Those of one name stand together, the newest version first. */
  all(): WorkflowEntry[] {
    return [...this.#ofAllProjects.values()].flat();
  }

  /** Those of a name in all projects, the newest version first. */
  named(name: string): readonly WorkflowEntry[] {
    return this.#ofAllProjects.get(name) ?? [];
  }

  /** Another definition of the project with this name and version. */
  twin(project: string, path: string, { name, version }: WorkflowDescription): WorkflowEntry | undefined {
    const entries = this.#byName.get(nameKey(project, name)) ?? [];
    return entries.find((entry) => entry.path !== path && entry.workflow.version === version);
  }

  /**
   * The definition of a name, and of a version or else of the newest one; one of the project itself before one that is for every
   * project. Undefined when there is none.
   */
  find(project: string, name: string, version: string | undefined): WorkflowEntry | undefined {
    const own = first(this.#byName.get(nameKey(project, name)), version);
    const shared = first(this.#byName.get(nameKey(everyProject, name)), version);
    if (own === undefined || shared === undefined) return own ?? shared;
    return compareVersions(shared.workflow.version, own.workflow.version) > 0 ? shared : own;
  }

  /** What to say where `find` finds nothing. */
  notFound(project: string, name: string, version: string | undefined): AutoFlowError {
    const seen = this.all().filter((entry) => entry.project === project || entry.project === everyProject);
    const versions = seen.filter((entry) => entry.workflow.name === name).map((entry) => entry.workflow.version);
    const names = [...new Set(seen.map((entry) => entry.workflow.name))].toSorted();
    const hint =
      versions.length > 0
        ? `Its versions: ${versions.toSorted(compareVersions).join(", ")}.`
        : names.length > 0
          ? `The workflows of the project: ${names.slice(0, 20).join(", ")}${names.length > 20 ? ", …" : ""}.`
          : "The project has no workflows.";
    const what = version === undefined ? name : `${name} of version ${version}`;
    return new AutoFlowError("NOT_FOUND", `there is no workflow ${what} in project ${project}`, { hint });
  }

  #drop(entry: WorkflowEntry): void {
    drop(this.#byName, nameKey(entry.project, entry.workflow.name), entry);
    drop(this.#ofAllProjects, entry.workflow.name, entry);
  }
}

function add(entries: Map<string, WorkflowEntry[]>, key: string, entry: WorkflowEntry): void {
  entries.set(key, [...(entries.get(key) ?? []), entry].toSorted(newestFirst));
}

function drop(entries: Map<string, WorkflowEntry[]>, key: string, entry: WorkflowEntry): void {
  const left = (entries.get(key) ?? []).filter((other) => other !== entry);
  if (left.length === 0) entries.delete(key);
  else entries.set(key, left);
}

function first(entries: readonly WorkflowEntry[] | undefined, version: string | undefined): WorkflowEntry | undefined {
  if (entries === undefined || version === undefined) return entries?.[0];
  return entries.find((entry) => entry.workflow.version === version);
}

/** By version; of two definitions with one, the one that became active last is first. */
function newestFirst(a: WorkflowEntry, b: WorkflowEntry): number {
  return (
    compareVersions(b.workflow.version, a.workflow.version) ||
    b.activeSince - a.activeSince ||
    b.definition - a.definition
  );
}

/**
 * The order of versions: numbers by their value (1.10 after 1.9), a pre-release before its release (1.0-rc1 before 1.0), all
 * else as text.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [versionParts(a), versionParts(b)];
  return (
    compareLists(left.release, right.release) ||
    Number(left.pre.length === 0) - Number(right.pre.length === 0) ||
    compareLists(left.pre, right.pre) ||
    (a < b ? -1 : a > b ? 1 : 0)
  );
}

function versionParts(version: string): { release: string[]; pre: string[] } {
  const text = version.replace(/^v(?=\d)/i, "").replace(/\+.*$/s, "");
  const dash = text.indexOf("-");
  const pre = dash < 0 ? "" : text.slice(dash + 1);
  return { release: pieces(dash < 0 ? text : text.slice(0, dash)), pre: pieces(pre) };
}

/** Runs of digits and of other characters, without dots and the like. */
function pieces(text: string): string[] {
  return text.match(/\d+|[^\d.\-_]+/g) ?? [];
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [left, right] = [a[at] ?? "0", b[at] ?? "0"];
    const [isNumber, otherIsNumber] = [/^\d/.test(left), /^\d/.test(right)];
    const order =
      isNumber && otherIsNumber
        ? compareNumbers(left, right)
        : isNumber !== otherIsNumber
          ? Number(otherIsNumber) - Number(isNumber)
          : left < right
            ? -1
            : Number(left > right);
    if (order !== 0) return order;
  }
  return 0;
}

/** Decimal numbers of any length. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  return left.length - right.length || (left < right ? -1 : Number(left > right));
}

function nameKey(project: string, name: string): string {
  return `${project}\0${name}`;
}
