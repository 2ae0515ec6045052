/** The linter for workflows: what compiles, and is most likely a mistake. */
import type { Diagnostic, Sources } from "../../../core/program.ts";
import { checkWorkflow, type CheckedWorkflow } from "../compile/compilation.ts";
import type { Rule } from "./rule.ts";
import { rules as allRules } from "./rules.ts";

/** All that is to be said of a definition's files: what the compiler says, and what the rules find where nothing is an error. */
export function lintSources(sources: Sources, rules: readonly Rule[] = allRules): Diagnostic[] {
  const work = checkWorkflow(sources);
  for (;;) {
    const next = work.next();
    if (next.done === true)
      return [...withoutSuppressed(next.value.problems.diagnostics, sources), ...findings(next.value, sources, rules)];
  }
}

function findings(
  { workflow, plans, problems, resources }: CheckedWorkflow,
  sources: Sources,
  rules: readonly Rule[],
): Diagnostic[] {
  if (workflow === undefined || problems.hasErrors) return [];
  const found: Diagnostic[] = [];
  for (const rule of rules) {
    rule.check({ workflow, plans, resources }, (where, message) => {
      found.push({ severity: "warning", code: rule.name, message, where });
    });
  }
  const ordered = found.toSorted((a, b) => a.where.line - b.where.line || a.where.column - b.where.column);
  return withoutSuppressed(ordered, sources);
}

/** A comment `# autoflow: ignore[rule]` on the line, or on a line of its own before it, silences warnings; without names all. */
function withoutSuppressed(diagnostics: readonly Diagnostic[], { files, entry }: Sources): Diagnostic[] {
  const lines = new Map<string, string[]>();
  return diagnostics.filter(({ severity, code, where }) => {
    if (severity === "error") return true;
    let text = lines.get(where.file);
    if (text === undefined) {
      const source = files.get(where.file) ?? (entry.startsWith(`${where.file}#`) ? files.get(entry) : undefined);
      lines.set(where.file, (text = (source ?? "").split(/\r\n|\r|\n/)));
    }
    const before = text[where.line - 2] ?? "";
    return (
      !suppresses(text[where.line - 1] ?? "", code) && !(before.trim().startsWith("#") && suppresses(before, code))
    );
  });
}

function suppresses(line: string, rule: string): boolean {
  const match = /#\s*autoflow:\s*ignore\b\s*(?:\[([^\]]*)\])?/.exec(line);
  if (match === null) return false;
  return match[1] === undefined || match[1].split(/[\s,]+/).includes(rule);
}
