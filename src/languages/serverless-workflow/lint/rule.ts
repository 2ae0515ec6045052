/** What a rule of the linter for workflows is. */
import type { Location } from "../../../core/errors.ts";
import type { FunctionPlan } from "../functions/plan.ts";
import type { Resources } from "../references/resources.ts";
import type { Workflow } from "../model.ts";

/** What rules look at: a workflow that compiles. */
export interface Linted {
  workflow: Workflow;
  plans: ReadonlyMap<string, FunctionPlan>;
  resources: Resources;
}

/** Tells what a rule found. */
export type Report = (where: Location, message: string) => void;

/** One rule: one file, named like it. */
export interface Rule {
  /** kebab-case. */
  name: string;
  /** For the reference page: what it finds, and why that matters. */
  doc: string;
  /** Parts of a workflow (what stands behind the header) in which it finds something. */
  bad: string;
  /** The same, put right: no rule finds anything in it. */
  good: string;
  /** Other files of both, by path. */
  files?: Readonly<Record<string, string>>;
  /** In place of those of `files`, where it is put right. */
  goodFiles?: Readonly<Record<string, string>>;
  check(linted: Linted, report: Report): void;
}
