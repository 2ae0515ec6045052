/** What an editor offers to do at a place: the fixes of what was found there, and to keep it silent. */
import { CodeActionKind, type CodeAction, type CodeActionParams } from "vscode-languageserver/node";
import type { Analysis } from "../../languages/starlark/analysis/analysis.ts";
import { actionsForUndefined, suppressAction, type Action } from "../../languages/starlark/editor/actions.ts";
import type { LineMap } from "../../languages/starlark/editor/line-map.ts";
import { rules } from "../../languages/starlark/lint/rules.ts";
import type { ScriptProblem } from "../scripts/check-script.ts";
import { toTextEdits } from "./convert.ts";

/** The actions for the problems that the editor shows in a range. */
export function codeActions(
  { textDocument: { uri }, range, context }: CodeActionParams,
  analysis: Analysis,
  lines: LineMap,
  problems: readonly ScriptProblem[],
): CodeAction[] {
  const [from, to] = [lines.offset(range.start), lines.offset(range.end)];
  const found: CodeAction[] = [];
  const offer = (action: Action, rule: string) => {
    const diagnostics = context.diagnostics.filter(({ code }) => code === rule);
    const edit = { changes: { [uri]: toTextEdits(action.edits, lines) } };
    found.push({
      title: action.title,
      kind: CodeActionKind.QuickFix,
      diagnostics,
      isPreferred: action.isPreferred,
      edit,
    });
  };
  const here = problems.filter(({ file, span }) => file === analysis.path && span.start <= to && span.end >= from);
  for (const { fixes, rule } of here) {
    for (const { title, edits } of fixes) offer({ title, edits: [...edits], isPreferred: true }, rule);
  }
  for (const { rule, span, message } of here) {
    if (message.startsWith("undefined: "))
      for (const action of actionsForUndefined(analysis, span.start)) offer(action, rule);
  }
  for (const { rule, span } of here) {
    const canIgnore = rule !== "unused-suppression" && rules.some(({ name }) => name === rule);
    if (canIgnore) offer(suppressAction(analysis, rule, span.start), rule);
  }
  return found;
}
