/** What answers do to a run. */
import type { AnswerArrival } from "../../../core/arrival.ts";
import type { Failure } from "../../../core/failure.ts";
import { decodeWire } from "../../../core/wire.ts";
import { isObject, type Json, listOf, member, numberOf, textOf } from "../json.ts";
import { keyOf, kindOf } from "../plan/lookup.ts";
import type { Query } from "../plan/request.ts";
import { resourceOf } from "./act.ts";
import { takePage } from "./select.ts";
import type { Run } from "./run.ts";
import { RunError } from "./run-error.ts";
import type { Task } from "./run-state.ts";
import { referenceOf } from "../plan/resource.ts";

interface Answer {
  body: Json;
  next: Query | undefined;
}

/** Takes an answer. One that nothing waits for does nothing. Throws RunError where it ends the run. */
export function receive(run: Run, arrival: AnswerArrival): void {
  const task = run.taskOf(arrival.effect);
  if (task === undefined) return;
  if (arrival.error !== undefined) takeFailure(run, task, arrival.error);
  else takeAnswer(run, task, answerOf(arrival));
}

function answerOf({ value }: AnswerArrival): Answer {
  const answer = value === undefined ? null : (decodeWire(value) as Json);
  return { body: member(answer, "body") ?? null, next: queryOf(member(answer, "next")) };
}

function queryOf(next: Json | undefined): Query | undefined {
  if (!Array.isArray(next)) return undefined;
  return next.flatMap((pair): Query => {
    const [name, value] = listOf(pair);
    return typeof name === "string" && typeof value === "string" ? [[name, value]] : [];
  });
}

function takeAnswer(run: Run, task: Task, { body, next }: Answer): void {
  const item = run.item;
  switch (task.do) {
    case "page":
      if (item !== undefined && item.kind !== "summary") takePage(run, item, body, next);
      return;
    case "lookup":
      return takeLookup(run, task, body, next);
    case "write":
      return takeWritten(run, task);
    case "summary":
      return takeSummary(run, task.path, body);
  }
}

function takeLookup(run: Run, task: Task & { do: "lookup" }, body: Json, next: Query | undefined): void {
  const { lookup, unit, items } = task;
  const kind = kindOf(lookup);
  if (items === undefined) return answer(run, task, kind.keep(body) ?? null);
  for (const one of listOf(body)) {
    const kept = kind.keep(one);
    if (kept !== undefined) items.push(kept);
  }
  if (next === undefined) return answer(run, task, items);
  run.askPage(lookup, next, { do: "lookup", lookup, ...(unit !== undefined && { unit }), items });
}

function answer(run: Run, { lookup, unit }: Task & { do: "lookup" }, value: Json): void {
  const key = keyOf(lookup);
  if (kindOf(lookup).scope === "shared") run.state.shared[key] = value;
  else if (unit !== undefined) {
    const own = run.job.units.find(({ index }) => index === unit)?.own;
    if (own !== undefined) own[key] = value;
  }
}

function takeWritten(run: Run, { unit, what }: Task & { do: "write" }): void {
  const resource = resourceOf(run, unit);
  finish(run, unit);
  if (resource === undefined) return;
  run.reportOf(resource)?.actions.push(what);
  run.log("info", `${referenceOf(run.item!.type, resource)}: ${what}`);
}

function takeSummary(run: Run, path: string, body: Json): void {
  const iid = numberOf(member(body, "iid"));
  const title = textOf(member(body, "title")) ?? "";
  const reference = textOf(member(body, "references", "full")) ?? `#${iid}`;
  // What it is made of is there now.
  run.job.items = [];
  run.job.issue = { path: `${path}/${iid ?? 0}` };
  run.report.summary = { title, destination: reference };
  run.log("info", `${reference}: summary "${title}"`);
}

function finish(run: Run, index: number): void {
  const unit = run.job.units.find((one) => one.index === index);
  if (unit !== undefined) unit.verdict = "match";
}

/** Codes of answers that were larger than they may be. */
const tooLarge = new Set(["HTTP_RESPONSE_TOO_LARGE", "LIMIT_ANSWER"]);

/** Asks for the same page in parts, of a quarter each or less; false when it is of one resource already. */
function askLess({ job }: Run): boolean {
  const values = new Map(job.next);
  const size = Number(values.get("per_page") ?? 1);
  if (job.next === undefined || size <= 1) return false;
  let smaller = Math.max(1, Math.floor(size / 4));
  // A page begins where one of the smaller pages does.
  while (size % smaller !== 0) smaller--;
  const page = Number(values.get("page") ?? 1);
  values.set("per_page", String(smaller));
  if (page > 1) values.set("page", String(((page - 1) * size) / smaller + 1));
  job.next = [...values];
  return true;
}

/** What fails for one resource is told, and the others are gone on with; what the run cannot do without ends it. */
function takeFailure(run: Run, task: Task, failure: Failure): void {
  const status = isObject(failure.details as Json) ? member(failure.details as Json, "status_code") : undefined;
  if (task.do === "lookup") {
    const { absent } = kindOf(task.lookup);
    if (absent !== undefined && status === 404) return answer(run, task, absent);
  }
  if (task.do === "page" && tooLarge.has(failure.code) && askLess(run)) return;
  const unit = task.do === "write" || task.do === "lookup" ? task.unit : undefined;
  if (unit === undefined || status === 401)
    throw new RunError("TRIAGE_GITLAB_FAILED", failure.message, failure.details);
  const found = run.job.units.find(({ index }) => index === unit);
  if (found === undefined) return;
  found.verdict = "failed";
  run.state.failures++;
  const entry = run.reportOf(found.resource);
  if (entry !== undefined) entry.error = failure.message;
  run.log("error", `${referenceOf(run.item!.type, found.resource)}: ${failure.message}`);
}
