/** Does what a rule does to its resources: one stage after the other, a few resources at a time. */
import type { Actions, IssueAction } from "../model.ts";
import { numberOf } from "../json.ts";
import { Missing } from "../plan/lookup.ts";
import { type GitLabRequest, segment } from "../plan/request.ts";
import { notesPathOf, ownerPathOf, pathOf, type Resource } from "../plan/resource.ts";
import { commentBody, describeComment, hasComment } from "../text/comment.ts";
import type { AgendaItem } from "./agenda.ts";
import { parallel, type Run } from "./run.ts";
import { labelPaths, unknownLabel } from "./select.ts";
import type { Job, Stage, Unit } from "./run-state.ts";
import { itemOf, writeSummary } from "./summarize.ts";
import { destinationOf, preview, textFor, titleFor } from "./texts.ts";

const stages: readonly Stage[] = ["labels", "summarize", "comment", "comment_on_summary", "issue", "delete"];

/** Whether there is anything to do in a stage. */
function applies(stage: Stage, actions: Actions): boolean {
  switch (stage) {
    case "labels":
      return actions.labels.length + actions.removeLabels.length > 0;
    case "summarize":
      return actions.summarize !== undefined;
    case "comment":
      return hasComment(actions);
    case "comment_on_summary":
      return actions.commentOnSummary !== undefined;
    case "issue":
      return actions.issue !== undefined;
    default:
      return actions.delete;
  }
}

/** "over": there is nothing left to do; "waiting": what is left waits for answers. */
export type Progress = "going on" | "waiting" | "over";

/** Takes the stage under way further. "over" after the last one. */
export function act(run: Run, item: AgendaItem): Progress {
  const { job } = run;
  const actions = item.kind === "summary" ? item.summary.actions : item.rule.actions;
  const progress = advanceStage(run, item, actions);
  if (progress !== "over") return progress;
  const next = stages[stages.indexOf(job.stage) + 1];
  if (next === undefined) return "over";
  job.stage = next;
  job.taken = 0;
  return "going on";
}

function advanceStage(run: Run, item: AgendaItem, actions: Actions): Progress {
  const { stage, matched } = run.job;
  if (matched.length === 0 || !applies(stage, actions)) return "over";
  if (stage === "labels") return ensureLabels(run, item, actions) ? "over" : "waiting";
  return advanceUnits(run, item, actions);
}

/** All labels have to be there before anything is changed. */
function ensureLabels(run: Run, item: AgendaItem, { labels, removeLabels }: Actions): boolean {
  const owners = new Set(run.job.matched.map((resource) => ownerPathOf(item.type, resource, run.sourcePath)));
  let isComplete = true;
  for (const { name, path } of labelPaths(owners, [...labels, ...removeLabels])) {
    const known = run.state.shared[`label ${path}`];
    if (known === false) throw unknownLabel(run, name, path, item);
    if (known !== undefined) continue;
    isComplete = false;
    run.askFor({ kind: "label", path });
  }
  return isComplete;
}

function advanceUnits(run: Run, item: AgendaItem, actions: Actions): Progress {
  const { job } = run;
  dropDone(job, actions);
  while (job.units.length < parallel && job.taken < job.matched.length) {
    const index = job.taken++;
    job.units.push({ index, resource: job.matched[index]!, own: {} });
  }
  for (const unit of job.units) {
    if (unit.verdict !== undefined || isBusy(run, unit)) continue;
    try {
      if (perform(run, item, actions, unit)) unit.verdict = "match";
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      run.askFor(error.lookup, unit.index);
    }
  }
  dropDone(job, actions);
  if (job.units.length < parallel && job.taken < job.matched.length) return "going on";
  if (job.units.length > 0) return "waiting";
  return job.stage === "summarize" && !writeSummary(run, item, actions) ? "waiting" : "over";
}

/** What nothing more is done to is kept no longer: the state of a run over thousands is written many times. */
function dropDone(job: Job, actions: Actions): void {
  const isLast = !stages.slice(stages.indexOf(job.stage) + 1).some((stage) => applies(stage, actions));
  if (isLast) for (const { index, verdict } of job.units) if (verdict !== undefined) job.matched[index] = {};
  job.units = job.units.filter(({ verdict }) => verdict === undefined);
}

function isBusy({ state }: Run, { index }: Unit): boolean {
  return state.open.some(([, task]) => task.do !== "page" && task.do !== "summary" && task.unit === index);
}

/** Does the stage's work for one resource; true when it is done already. Throws Missing. */
function perform(run: Run, item: AgendaItem, actions: Actions, unit: Unit): boolean {
  const { resource } = unit;
  switch (run.job.stage) {
    case "summarize":
      run.job.items[unit.index] = itemOf(run, item, unit);
      return true;
    case "comment":
      return comment(run, item, actions, unit);
    case "comment_on_summary":
      return commentOnSummary(run, item, actions, unit);
    case "issue":
      return openIssue(run, item, actions.issue!, unit);
    default: {
      const path = pathOf("branches", resource, run.sourcePath);
      return write(run, unit, { method: "DELETE", path }, ["delete"]);
    }
  }
}

function comment(run: Run, item: AgendaItem, actions: Actions, unit: Unit): boolean {
  const body = commentBody(actions, textFor(run, item, actions.comment, unit, actions.redact));
  if (body === "") return true;
  const isThread = actions.commentType === "thread";
  const path = `${notesPathOf(item.type, unit.resource, run.sourcePath)}/${isThread ? "discussions" : "notes"}`;
  const request = { method: "POST" as const, path, body: { body, ...(actions.commentInternal && { internal: true }) } };
  return write(run, unit, request, describeComment(actions), body);
}

function commentOnSummary(run: Run, item: AgendaItem, actions: Actions, unit: Unit): boolean {
  const body = textFor(run, item, actions.commentOnSummary, unit, actions.summarize?.redact ?? true);
  const { issue } = run.job;
  if (body.trim() === "" || (issue === undefined && !run.input.dryRun)) return true;
  const isThread = actions.commentType === "thread";
  const path = `${issue?.path ?? ""}/${isThread ? "discussions" : "notes"}`;
  const what = `${isThread ? "thread" : "comment"} on the summary`;
  return write(run, unit, { method: "POST", path, body: { body } }, [what], body);
}

function openIssue(run: Run, item: AgendaItem, action: IssueAction, unit: Unit): boolean {
  const title = titleFor(run, item, action.title, unit, action.redact);
  const description = textFor(run, item, action.description, unit, action.redact);
  // By default in the resource's own project.
  const own = numberOf(unit.resource["project_id"])?.toString();
  const destination = destinationOf(run, action.destination) ?? own;
  if (destination === undefined || title === "") {
    const why = title === "" ? "its title is empty" : "it has no destination, and the source is no project";
    run.log("warn", `no issue is opened: ${why}`);
    return true;
  }
  const request = {
    method: "POST" as const,
    path: `projects/${segment(destination)}/issues`,
    body: { title, description },
  };
  return write(run, unit, request, [`open the issue "${title}"`], description);
}

/** Writes, or tells what would be written. True when that is all. */
function write(run: Run, unit: Unit, request: GitLabRequest, what: string[], body?: string): boolean {
  if (run.input.dryRun) {
    run.reportOf(unit.resource)?.actions.push(...what, ...(body === undefined ? [] : preview(run, body)));
    return true;
  }
  run.ask(request, { do: "write", unit: unit.index, what: what.join(", ") });
  return false;
}

/** The resource that a task is about. */
export function resourceOf(run: Run, index: number): Resource | undefined {
  return run.job.units.find((unit) => unit.index === index)?.resource;
}
