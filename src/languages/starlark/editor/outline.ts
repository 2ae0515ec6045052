/** The parts of a text: functions, variables and triggers, and what can be folded away. */
import type { Analysis } from "../analysis/analysis.ts";
import { functionOf, textOf } from "../analysis/triggers.ts";
import { isWholeLine } from "../syntax/source-tree.ts";
import { startOf } from "../syntax/start-of.ts";
import type { Statement } from "../syntax/tree.ts";
import { toText } from "../values/text.ts";
import { functionSignature } from "./describe.ts";

export interface OutlineEntry {
  name: string;
  detail: string;
  kind: "function" | "variable" | "event";
  start: number;
  end: number;
  /** Where the name is. */
  nameStart: number;
  nameEnd: number;
  children: OutlineEntry[];
}

/** Functions with those inside them, the variables of the file, and its triggers, in the order of the text. */
export function outline(analysis: Analysis): OutlineEntry[] {
  const entries = [...functionsIn(analysis, analysis.body), ...variables(analysis), ...triggers(analysis)];
  return entries.toSorted((a, b) => a.start - b.start);
}

function functionsIn(analysis: Analysis, statements: readonly Statement[]): OutlineEntry[] {
  return statements.flatMap((statement) => {
    if (statement.kind === "if")
      return [...functionsIn(analysis, statement.body), ...functionsIn(analysis, statement.orElse)];
    if (statement.kind === "for" || statement.kind === "while") return functionsIn(analysis, statement.body);
    if (statement.kind !== "def") return [];
    const { name, function: node, pos, end } = statement;
    const detail = functionSignature(node, analysis).label.slice(toText(name.name).length);
    const place = { start: pos, end, nameStart: name.pos, nameEnd: name.end };
    return [
      { name: toText(name.name), detail, kind: "function", ...place, children: functionsIn(analysis, node.body) },
    ];
  });
}

function variables({ symbols }: Analysis): OutlineEntry[] {
  return [...symbols.file.variables.values()].flatMap((variable) => {
    const [definition] = variable.definitions;
    if (definition?.how !== "assign") return [];
    const { pos, end } = definition.identifier;
    const kind = functionOf(variable) === undefined ? "variable" : "function";
    const place = { start: pos, end: Math.max(end, definition.value.end), nameStart: pos, nameEnd: end };
    return [{ name: toText(variable.name), detail: "", kind, ...place, children: [] }];
  });
}

function triggers(analysis: Analysis): OutlineEntry[] {
  return analysis.triggers.map(({ call, types, handler, name }) => {
    const start = startOf(call);
    const shown =
      name === undefined
        ? handler === undefined
          ? ""
          : analysis.text.slice(startOf(handler), handler.end)
        : textOf(name);
    return {
      name: `on ${types.map(textOf).join(", ")}`,
      detail: shown,
      kind: "event",
      start,
      end: call.end,
      nameStart: start,
      nameEnd: call.callee.end,
      children: [],
    };
  });
}

export interface Fold {
  start: number;
  end: number;
  kind?: "comment";
}

/** Blocks, brackets over several lines, and runs of comments. Those within one line are for the caller to leave out. */
export function folds({ index, tree }: Analysis): Fold[] {
  const found: Fold[] = [];
  for (const { statements, owner } of index.blocks) {
    const last = statements.at(-1);
    if (owner === undefined || last === undefined) continue;
    const isElse = owner.kind === "if" && owner.orElse === statements;
    const start = isElse ? (owner.elsePos ?? startOf(statements[0]!)) : startOf(owner);
    found.push({ start, end: last.end });
  }
  for (const kind of ["list", "dict", "tuple", "call", "comprehension", "string"] as const) {
    for (const node of index.expressions(kind)) found.push({ start: node.pos, end: node.end });
  }
  return [...found, ...commentRuns(tree)];
}

function commentRuns({ comments, file }: Analysis["tree"]): Fold[] {
  const runs: Fold[] = [];
  for (const comment of comments) {
    if (!isWholeLine(comment, file.text)) continue;
    const last = runs.at(-1);
    if (
      last !== undefined &&
      file.text.slice(last.end, comment.start).trim() === "" &&
      !file.text.slice(last.end, comment.start).includes("\n\n")
    ) {
      last.end = comment.end;
    } else runs.push({ start: comment.start, end: comment.end, kind: "comment" });
  }
  return runs;
}
