/** Whether our answer to a program is that of starlark-go. */
import type { Answer } from "../../src/languages/starlark/testing/fuzz/answer.ts";
import { firstDifference, placeless } from "../../src/languages/starlark/testing/fuzz/examine.ts";
import type { GoAnswer } from "../support/starlark-go.ts";
import { differences, type ListedDifference } from "./differences.ts";

export type Verdict =
  | { kind: "same" | "not compared" }
  | { kind: "listed"; difference: ListedDifference }
  | { kind: "different"; message: string; signature: string };

/** Compares output, error, positions and traceback. */
export function compare(source: string, ours: Answer, go: GoAnswer): Verdict {
  if (go.status === "gave up") return { kind: "not compared" };
  if (ours.text === go.text) return { kind: "same" };
  const difference = differences.find((listed) => listed.covers({ source, ours: ours.text, go: go.text }));
  if (difference !== undefined) return { kind: "listed", difference };
  const message = `starlark-go answers something else: ${firstDifference(go.text, ours.text)}`;
  return { kind: "different", message, signature: `${ours.status}/${go.status} ${shapeOf(go.text, ours.text)}` };
}

/** What two answers say where they differ, without names and numbers: the same difference has the same shape. */
function shapeOf(go: string, ours: string): string {
  const [theirs, own] = [go.trimEnd().split("\n"), ours.trimEnd().split("\n")];
  const bothFailed = theirs.at(-1) !== own.at(-1) && isError(theirs.at(-1)!) && isError(own.at(-1)!);
  if (bothFailed) return `${plain(theirs.at(-1)!)} / ${plain(own.at(-1)!)}`;
  if (isError(theirs.at(-1)!) || isError(own.at(-1)!)) {
    const onlyPlaces = placeless(go) === placeless(ours);
    return `${onlyPlaces ? "place" : "output"} ${plain(theirs.at(-1)!)}${theirs.at(-1) === own.at(-1) ? "" : plain(own.at(-1)!)}`;
  }
  return "output";
}

function isError(line: string): boolean {
  return /^Error( in |: )|^main\.star:\d+:\d+: /.test(line);
}

function plain(line: string): string {
  return isError(line) ? line.replaceAll(/"[^"]*"|'[^']*'|`[^`]*`|\d+/g, "_").slice(0, 80) : "";
}
