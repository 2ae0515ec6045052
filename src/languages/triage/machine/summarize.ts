/** One issue about all that a rule found, or about what the parts of a summary found. */
import type { Actions, Rule, SummarizeAction } from "../model.ts";
import { segment } from "../plan/request.ts";
import type { Resource } from "../plan/resource.ts";
import { Lookups, Missing } from "../plan/lookup.ts";
import { render } from "../text/template.ts";
import type { AgendaItem } from "./agenda.ts";
import type { Run } from "./run.ts";
import type { Unit } from "./run-state.ts";
import { chomped, destinationOf, preview, textFor } from "./texts.ts";

/** A rule, and how many of the resources are its own. */
interface Share {
  rule: Rule;
  count: number;
}

function sharesOf(run: Run, item: AgendaItem): Share[] {
  if (item.kind !== "summary") return [{ rule: item.rule, count: run.job.matched.length }];
  return run.state.parts.map(({ at, resources }) => {
    const part = run.policy.agenda[at] as AgendaItem & { kind: "part" };
    return { rule: part.rule, count: resources.length };
  });
}

/** The resources of the parts, one after the other. */
export function summarized(run: Run): Resource[] {
  return run.state.parts.flatMap(({ resources }) => resources);
}

/** The line of a resource. Throws Missing. */
export function itemOf(run: Run, item: AgendaItem, unit: Unit): string {
  let rest = unit.index;
  for (const { rule, count } of sharesOf(run, item)) {
    if (rest < count) return textFor(run, item, rule.actions.summarize?.item, unit, redactOf(rule, item));
    rest -= count;
  }
  return "";
}

function redactOf(rule: Rule, item: AgendaItem): boolean {
  const outer = item.kind === "summary" ? (item.summary.actions.summarize?.redact ?? true) : false;
  return outer || (rule.actions.summarize?.redact ?? true);
}

/** Opens the issue; true when there is none to open, or it is there. */
export function writeSummary(run: Run, item: AgendaItem, actions: Actions): boolean {
  try {
    return openSummary(run, item, actions);
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    run.askFor(error.lookup);
    return false;
  }
}

/** Throws Missing. */
function openSummary(run: Run, item: AgendaItem, actions: Actions): boolean {
  const { job } = run;
  const action = actions.summarize!;
  if (job.issue !== undefined) return true;
  if (run.state.open.some(([, task]) => task.do === "summary")) return false;
  const title = summaryText(run, item, action, "title", {}).trim();
  const items = item.kind === "summary" ? partTexts(run, item) : job.items.join("\n");
  const description = summaryText(run, item, action, "summary", { title, items });
  const destination = destinationOf(run, action.destination);
  const lack = lackOf(title, destination);
  if (lack !== undefined || destination === undefined) {
    run.log("warn", `no summary is made: ${lack}`);
    return true;
  }
  if (run.input.dryRun) {
    run.report.summary = { title, destination, description: preview(run, description).join("") };
    return true;
  }
  const path = `projects/${segment(destination)}/issues`;
  run.ask({ method: "POST", path, body: { title, description } }, { do: "summary", path });
  return false;
}

function isWritten(text: string): boolean {
  return text.trim() !== "";
}

function lackOf(title: string, destination: string | undefined): string | undefined {
  if (title === "") return "it has no title";
  return destination === undefined ? "it has no destination, and the source is no project" : undefined;
}

/** The summaries of the parts. */
function partTexts(run: Run, item: AgendaItem): string {
  const texts: string[] = [];
  let from = 0;
  for (const { rule, count } of sharesOf(run, item)) {
    const action = rule.actions.summarize;
    const items = run.job.items.slice(from, from + count).join("\n");
    from += count;
    if (action === undefined || count === 0) continue;
    const title = summaryText(run, item, action, "title", {});
    texts.push(summaryText(run, item, action, "summary", { title, items }));
  }
  return texts.filter(isWritten).join("\n\n");
}

function summaryText(
  run: Run,
  { type }: AgendaItem,
  action: SummarizeAction,
  of: "title" | "summary",
  extra: Record<string, string>,
): string {
  const code = action[of];
  const template = run.policy.template(code, of, type);
  const lookups = new Lookups(run.state.shared, {});
  const filling = {
    type,
    extra: { type, ...extra },
    redact: action.redact,
    source: run.sourcePath,
    lookups,
    now: run.start.time,
  };
  return chomped(run.computing(code, of, () => render(template, filling)));
}
