/** What an editor shows about the name under the pointer. */
import type { Analysis } from "../analysis/analysis.ts";
import type { Variable } from "../analysis/symbols.ts";
import { functionOf } from "../analysis/triggers.ts";
import { toText } from "../values/text.ts";
import { describeEntry, describeFunction, describeTyped } from "./describe.ts";
import { originOf, subjectAt } from "./symbol-at.ts";

export interface Hover {
  /** Markdown. */
  text: string;
  start: number;
  end: number;
}

/** What is known of what is at an offset. */
export function hoverAt(analysis: Analysis, offset: number): Hover | undefined {
  const subject = subjectAt(analysis, offset);
  if (subject === undefined) return undefined;
  const { start, end } = subject;
  switch (subject.kind) {
    case "variable":
      return { text: describeVariable(subject.variable, subject.analysis), start, end };
    case "entry":
      return { text: describeEntry(subject.entry), start, end };
    case "text":
      return { text: subject.text, start, end };
    case "file":
      return { text: `\`${subject.path}\``, start, end };
  }
}

/** A variable's type, or the function that it is, with its documentation. */
export function describeVariable(variable: Variable, analysis: Analysis): string {
  const origin = originOf(variable, analysis);
  const node = functionOf(origin.variable);
  if (node !== undefined) return describeFunction(node, origin.analysis);
  return describeTyped(toText(variable.name), origin.analysis.inference.typeOfVariable(origin.variable));
}
