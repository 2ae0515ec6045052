/** Finds the resources of a rule: page after page, then what each condition needs, then the limit. */
import { type Json, member, numberOf, textOf } from "../json.ts";
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
import type { Job, Unit } from "./run-state.ts";

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

/**
 * Whether a rule is done page by page, so that a run over ten thousand resources keeps a hundred of them: nothing of it needs all at
 * once, and pages can be asked for by the time of creation, which nothing that is done to a resource changes.
 */
function isByPage({ kind, type, rule }: Selecting): boolean {
  return kind === "rule" && type !== "branches" && rule.limit === undefined && rule.actions.summarize === undefined;
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
  const items = (Array.isArray(body) ? body : [body]).filter((resource) => isResource(item.type, resource));
  const keys = neededKeys(run, item);
  const edge = new Set(job.edge);
  const following = isByPage(item) ? pageAfter(job, items, next) : next;
  job.units = items
    .filter(({ id }) => !edge.has(numberOf(id) ?? 0))
    .map((resource, index) => ({ index, resource: keys === "all" ? resource : reduced(resource, keys), own: {} }));
  if (following === undefined) delete job.next;
  else job.next = following;
  run.report.found += job.units.length;
  job.stage = "inspect";
}

/** What of a query says which page it is. */
const pageNames = new Set(["page", "cursor", "id_before", "id_after", "created_before", "order_by", "sort"]);

/** The query of the page that follows: of what was created until the last one was. Lists come in that order, the newest first. */
function pageAfter(job: Job, items: readonly Resource[], next: Query | undefined): Query | undefined {
  const created = (one: Resource | undefined): number => Date.parse(textOf(one?.["created_at"]) ?? "");
  const last = created(items.at(-1));
  // Where the newest does not come first, pages go by their numbers.
  if (next === undefined || job.next === undefined || !items.every((one) => created(one) >= last)) return next;
  // GitLab's times are finer than what it tells of them.
  const bound = new Date(last + 1).toISOString();
  const isSame = job.next.some(([name, value]) => name === "created_before" && value === bound);
  const atEdge = items.filter((one) => created(one) <= last + 1).map(({ id }) => numberOf(id) ?? 0);
  const before = new Set(isSame ? job.edge : []);
  const isNew = atEdge.some((id) => !before.has(id));
  job.edge = [...before, ...atEdge.filter((id) => !before.has(id))];
  // More than a page was created at once: what was done may have brought others to this page's place, until nothing new is there.
  if (isSame) return isNew ? job.next : next;
  const kept = job.next.filter(([name]) => !pageNames.has(name));
  return [...kept, ["order_by", "created_at"], ["sort", "desc"], ["created_before", bound]];
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
  if (isByPage(item)) job.matched = [];
  // What is made or changed while pages are read moves resources from one page to the next, so some come twice.
  const known = new Set(job.matched.map((resource) => identityOf(item, resource)));
  for (const { verdict, resource } of job.units) {
    if (verdict !== "match" || known.has(identityOf(item, resource))) continue;
    job.matched.push(keys === "all" ? resource : reduced(resource, keys));
  }
  job.units = [];
  const { limit } = item.rule;
  if (isByPage(item)) return concludePage(run);
  const isEnough = limit !== undefined && job.matched.length >= limit.count && listing(run, item).isOrdered;
  if (job.next !== undefined && !isEnough) job.stage = "list";
  else conclude(run, item);
}

function concludePage(run: Run): void {
  const { job, report } = run;
  report.matched += job.matched.length;
  if (job.next === undefined) logFound(run);
  if (run.input.dryRun) for (const resource of job.matched) run.reportOf(resource);
  job.stage = "labels";
}

function logFound(run: Run): void {
  const { report } = run;
  const beyond = report.beyondLimit === 0 ? "" : `, ${report.beyondLimit} left out by the limit`;
  const labels = report.labels === undefined ? "" : ` (${report.labels.join(", ")})`;
  run.log("info", `${report.rule}${labels}: ${report.found} found, ${report.matched} match${beyond}`);
}

/** Goes on with the next page of a rule that is done page by page. */
export function turnPage(job: Job): void {
  job.stage = "list";
  job.matched = [];
  job.taken = 0;
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
  logFound(run);
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

export function unknownLabel(run: Run, name: string, path: string, item: AgendaItem): RunError {
  const [kind = "", id = ""] = path.split("/");
  const owner = id === ":id" ? "the run's project" : `${kind.slice(0, -1)} ${decodeURIComponent(id)}`;
  const { line } = whereOf(item);
  const before = run.report.matched - run.job.matched.length;
  const changed = before === 0 ? "nothing of this rule was changed" : `only the first ${before} were changed`;
  return new RunError(
    "TRIAGE_LABEL_UNKNOWN",
    `rule "${nameOf(item)}" (line ${line}): there is no label ~"${name}" in ${owner}; ${changed}`,
    { label: name },
  );
}
