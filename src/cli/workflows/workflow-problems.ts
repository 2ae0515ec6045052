/** What is wrong with a workflow, as the linter shows it. */
import { seenFromHere } from "../script-file.ts";
import type { ScriptProblem } from "../scripts/check-script.ts";
import { lintSources } from "../../languages/serverless-workflow/lint/lint.ts";
import type { WorkflowFile } from "./workflow-files.ts";

/** Paths are as the user can open them from here. */
export function workflowProblems(file: WorkflowFile): ScriptProblem[] {
  return lintSources(file.sources).map(({ severity, code, message, where }) => {
    const place = { line: where.line, column: where.column };
    return {
      ...place,
      file: seenFromHere(file.root, where).file,
      end: place,
      severity,
      rule: code,
      message,
      fixes: [],
      unnecessary: false,
      span: { start: 0, end: 0 },
    };
  });
}
