/** Compiles workflows that tests hold as texts. */
import type { Diagnostic, Image, MissingFile } from "../../../core/program.ts";
import { checkWorkflow, WorkflowCompilation, type CheckedWorkflow } from "../compile/compilation.ts";
import type { State, Workflow } from "../model.ts";
import { dependenciesOf } from "../references/dependencies.ts";

export type Files = Readonly<Record<string, string>>;

/** The sources that a host would gather: the entry (the first file) and what it names, directly or through others. */
export function sourcesOf(files: Files): {
  entry: string;
  files: Map<string, string>;
  missing: Map<string, MissingFile>;
} {
  const entry = Object.keys(files)[0]!;
  const found = new Map<string, string>();
  const missing = new Map<string, MissingFile>();
  const pending = [entry];
  for (const path of pending) {
    if (found.has(path) || missing.has(path)) continue;
    if (!Object.hasOwn(files, path)) {
      missing.set(path, {});
      continue;
    }
    found.set(path, files[path]!);
    pending.push(...dependenciesOf(path, files[path]!));
  }
  return { entry, files: found, missing };
}

/** What compiling files tells, and the image when nothing is an error. */
export function compileFiles(files: Files): { image?: Image; diagnostics: Diagnostic[] } {
  const compilation = new WorkflowCompilation(sourcesOf(files));
  for (;;) {
    const result = compilation.step();
    if (result !== "running") return result;
  }
}

/** The workflow before it is an image. */
export function checkFiles(files: Files): CheckedWorkflow {
  const work = checkWorkflow(sourcesOf(files));
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
}

/** The model of one YAML text; throws what is told as an error. */
export function workflowOf(text: string, others: Files = {}): Workflow {
  const { workflow, problems } = checkFiles({ "test.sw.yaml": text, ...others });
  const errors = problems.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0 || workflow === undefined) throw new Error(errors.map(line).join("\n") || "no workflow");
  return workflow;
}

/** A workflow's text with these states and definitions. */
export function workflowText(body: string, header = ""): string {
  return `id: test\nversion: '1.0'\nspecVersion: '0.8'\n${header}${body}`;
}

/** A state of a name and type. */
export function stateOf<Type extends State["type"]>(
  workflow: Workflow,
  name: string,
  type: Type,
): Extract<State, { type: Type }> {
  const state = workflow.states.find((one) => one.name === name);
  if (state?.type !== type) throw new Error(`no ${type} state "${name}"`);
  return state as Extract<State, { type: Type }>;
}

/** `severity file:line:column code: message`. */
export function line({ severity, code, message, where }: Diagnostic): string {
  return `${severity} ${where.file}:${where.line}:${where.column} ${code}: ${message}`;
}

/** What is told of one YAML text, as lines. */
export function problemsOf(text: string, others: Files = {}): string[] {
  return checkFiles({ "test.sw.yaml": text, ...others }).problems.diagnostics.map(line);
}
