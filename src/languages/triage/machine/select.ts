/** Finds the resources of a rule: page after page, then what each condition needs, then the limit. */
import { type Json, member, textOf } from "../json.ts";
import { type Keys, united } from "../compiled-policy.ts";
import type { Condition, Rule } from "../model.ts";
import { check, type World } from "../plan/check.ts";
import { type Listing, listingOf, notInSource } from "../plan/listing.ts";
import { Lookups, Missing } from "../plan/lookup.ts";
import type { GitLabRequest, Query } from "../plan/request.ts";
import { isResource, reduced, referenceOf, type Resource } from "../plan/resource.ts";
import type { AgendaItem } from "./agenda.ts";
import { nameOf, parallel, type Run, whereOf } from "./run.ts";
import { RunError } from "./run-error.ts";
import type { Unit } from "./run-state.ts";

type Selecting = AgendaItem & { kind: "rule" | "part" };

/** Begins an item of the agenda; false when there is nothing to look for. */
export function beginSelecting(run: Run, item: Selecting): boolean {
  const { input, state } = run;
  const { type, rule } = item;
  const labels = rule.variants.length > 1 ? labelsOf(item.conditions) : undefined;
  state.report.push({
    rule: item.kind === "part" ? `${item.summary.name}: ${rule.name}` : rule.name,
    type,
    line: rule.at.line,
    ...(labels !== undefined && { labels }),
    found: 0,
    matched: 0,
    beyondLimit: 0,
    resources: [],
    others: [],
    more: 0,
  });
  const reason = input.resource === undefined ? notInSource(type, input.source) : undefined;
  if (reason !== undefined) {
    run.report.skipped = reason;
    run.log("warn", `${nameOf(item)}: ${reason}`);
    return false;
  }
  state.job = { stage: "list", entered: run.time, units: [], matched: [], taken: 0, items: [] };
  const { query = [] } = requestOf(run, item);
  state.job.next = query;
  return true;
}

function labelsOf(conditions: readonly Condition[]): string[] | undefined {
  return conditions.find((condition) => condition.key === "labels")?.labels;
}

/** The first request of a rule, and what it leaves to be decided here. */
function listing(run: Run, { type, rule, conditions }: Selecting): Listing {
  const { source, explain, resource } = run.input;
  const time = run.start.time;
  return listingOf(rule, conditions, { type, source, time, asksAll: explain || resource !== undefined });
}

function requestOf(run: Run, item: Selecting): GitLabRequest {
  const { resource } = run.input;
  if (resource === undefined) return listing(run, item).request;
  return { method: "GET", path: `${run.sourcePath}/${item.type}/${resource.iid}` };
}

/** Asks for the next page. */
export function askPage(run: Run, item: Selecting): void {
  const { next } = run.job;
  if (next === undefined || run.openCount > 0) return;
  const request = requestOf(run, item);
  run.ask({ ...request, query: next }, { do: "page" });
}

/** Takes a page: what is on it is decided next. */
export function takePage(run: Run, item: Selecting, body: Json, next: Query | undefined): void {
  const { job } = run;
  const items = Array.isArray(body) ? body : [body];
  const keys = neededKeys(run, item);
  job.units = items
    .filter((resource) => isResource(item.type, resource))
    .map((resource, index) => ({ index, resource: keys === "all" ? resource : reduced(resource, keys), own: {} }));
  if (next === undefined) delete job.next;
  else job.next = next;
  run.report.found += job.units.length;
  job.stage = "inspect";
}

function neededKeys({ policy }: Run, { rule, conditions, type }: Selecting): Keys {
  return united([policy.actionKeys(rule, type), policy.conditionKeys(conditions, type)]);
}

/** Decides about what is on the page, as far as answers are there. */
export function inspect(run: Run, item: Selecting): "going on" | "waiting" {
  const { job } = run;
  const { local } = listing(run, item);
  for (const unit of job.units) {
    if (unit.verdict !== undefined || isWaiting(run, unit)) continue;
    if (run.openCount >= parallel) return "waiting";
    decide(run, item, local, unit);
  }
  if (job.units.some(({ verdict }) => verdict === undefined)) return "waiting";
  finishPage(run, item);
  return "going on";
}

function isWaiting({ state }: Run, { index }: Unit): boolean {
  return state.open.some(([, task]) => task.do === "lookup" && task.unit === index);
}

function decide(run: Run, item: Selecting, local: readonly Condition[], unit: Unit): void {
  const { resource, own } = unit;
  const { type, conditions } = item;
  const world: World = {
    type,
    source: run.sourcePath,
    time: run.start.time,
    lookups: new Lookups(run.state.shared, own),
    conditions,
    holds: (condition) => run.holds(condition.code, type, resource, own),
    matches: ({ pattern, at }, name) =>
      run.computing({ text: pattern, at }, name, () => run.policy.matches(pattern, name)),
  };
  const tellsAll = run.input.dryRun || run.input.explain;
  try {
    const failing: string[] = [];
    for (const condition of local) {
      if (check(condition, resource, world)) continue;
      failing.push(condition.key);
      if (!tellsAll) break;
    }
    unit.verdict = failing.length === 0 ? "match" : "other";
    if (failing.length > 0 && tellsAll && run.mayReport()) {
      run.report.others.push({ reference: referenceOf(type, resource), conditions: failing });
    }
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    run.askFor(error.lookup, unit.index);
  }
}

function finishPage(run: Run, item: Selecting): void {
  const { job } = run;
  const keys = run.policy.actionKeys(item.rule, item.type);
  // What is made or changed while pages are read moves resources from one page to the next, so some come twice.
  const known = new Set(job.matched.map((resource) => identityOf(item, resource)));
  for (const { verdict, resource } of job.units) {
    if (verdict !== "match" || known.has(identityOf(item, resource))) continue;
    job.matched.push(keys === "all" ? resource : reduced(resource, keys));
  }
  job.units = [];
  const { limit } = item.rule;
  const isEnough = limit !== undefined && job.matched.length >= limit.count && listing(run, item).isOrdered;
  if (job.next !== undefined && !isEnough) job.stage = "list";
  else conclude(run, item);
}

function identityOf({ type }: Selecting, { id, name }: Resource): Json | undefined {
  return type === "branches" ? name : id;
}

function conclude(run: Run, item: Selecting): void {
  const { job, report } = run;
  const { rule } = item;
  const kept = limited(job.matched, rule);
  report.beyondLimit = job.matched.length - kept.length;
  report.matched = kept.length;
  job.matched = kept;
  delete job.next;
  const beyond = report.beyondLimit === 0 ? "" : `, ${report.beyondLimit} left out by the limit`;
  const labels = report.labels === undefined ? "" : ` (${report.labels.join(", ")})`;
  run.log("info", `${report.rule}${labels}: ${report.found} found, ${kept.length} match${beyond}`);
  if (run.input.dryRun) for (const resource of kept) run.reportOf(resource);
  job.stage = "labels";
}

function limited(matched: Resource[], { limit }: Rule): Resource[] {
  if (limit === undefined) return matched;
  const sign = limit.order === "oldest" ? 1 : -1;
  return matched.toSorted((a, b) => sign * (createdAt(a) - createdAt(b))).slice(0, limit.count);
}

/** Of a branch: of its newest commit. */
function createdAt(resource: Resource): number {
  const text = textOf(resource["created_at"]) ?? textOf(member(resource, "commit", "created_at"));
  return text === undefined ? 0 : Date.parse(text);
}

/** The labels that a rule sets or removes, as paths of what must be there. */
export function labelPaths(owners: Iterable<string>, names: readonly string[]): { path: string; name: string }[] {
  return [...owners].flatMap((owner) =>
    names.map((name) => ({ name, path: `${owner}/labels/${encodeURIComponent(name)}` })),
  );
}

export function unknownLabel(name: string, path: string, item: AgendaItem): RunError {
  const [kind = "", id = ""] = path.split("/");
  const owner = id === ":id" ? "the run's project" : `${kind.slice(0, -1)} ${decodeURIComponent(id)}`;
  const { line } = whereOf(item);
  return new RunError(
    "TRIAGE_LABEL_UNKNOWN",
    `rule "${nameOf(item)}" (line ${line}): there is no label ~"${name}" in ${owner}; nothing of this rule was changed`,
    { label: name },
  );
}
