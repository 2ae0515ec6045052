/** Texts of a policy as they are written for one resource. */
import type { SourceCode } from "../model.ts";
import { Lookups } from "../plan/lookup.ts";
import { referenceOf } from "../plan/resource.ts";
import { render } from "../text/template.ts";
import type { AgendaItem } from "./agenda.ts";
import type { Run } from "./run.ts";
import type { Unit } from "./run-state.ts";

/** A text of the policy for a resource. Throws Missing. */
export function textFor(run: Run, item: AgendaItem, code: SourceCode | undefined, unit: Unit, redact: boolean): string {
  return code === undefined ? "" : filledIn(run, item, code, unit, { redact });
}

/** The title of an issue about a resource. Throws Missing. */
export function titleFor(run: Run, item: AgendaItem, code: SourceCode, unit: Unit, redact: boolean): string {
  return filledIn(run, item, code, unit, { redact, isTitle: true }).trim();
}

function filledIn(
  run: Run,
  item: AgendaItem,
  code: SourceCode,
  unit: Unit,
  how: { redact: boolean; isTitle?: boolean },
): string {
  const { type } = item;
  const { resource, own } = unit;
  const template = run.policy.template(code, "resource", type);
  const lookups = new Lookups(run.state.shared, own);
  const filling = { type, resource, ...how, source: run.sourcePath, lookups, now: run.start.time };
  return chomped(run.computing(code, referenceOf(type, resource), () => render(template, filling)));
}

/** A text without the end of its last line, which block texts of YAML have. */
export function chomped(text: string): string {
  return text.replace(/\r?\n$/, "");
}

/** The project that an issue is opened in: a named one, or that of the run. */
export function destinationOf(run: Run, named: string | undefined): string | undefined {
  const { kind, id } = run.input.source;
  return named ?? (kind === "projects" ? id : undefined);
}

/** Characters of one text that the plan of a dry run shows, and of all together: they are part of the state. */
const mostOfOne = 1000;
const mostOfAll = 300_000;

/** A text as the plan of a dry run shows it; none when it shows enough already. */
export function preview({ state }: Run, body: string): string[] {
  if (state.previewed >= mostOfAll) return [];
  const cut = body.length > mostOfOne ? `${body.slice(0, mostOfOne)}…` : body;
  state.previewed += cut.length;
  return [`> ${cut.replaceAll("\n", "\n> ")}`];
}
