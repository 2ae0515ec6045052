/** Which lines of a script do something when it runs. */
import { hostNamesOf, knownNames } from "../api/environment.ts";
import { compileModule } from "../compile/compile-module.ts";
import { parseModule } from "../syntax/module.ts";
import { fromText, toText } from "../values/text.ts";
import { resolveLoadPath } from "./load-path.ts";

/** The lines that have an instruction with a place of its own, ascending: what is told to watchers. None when the text does not compile. */
export function coverableLines(path: string, text: string): number[] {
  const { module } = parseModule(path, text, knownNames("handlers"));
  if (module === undefined) return [];
  const { functions } = compileModule(module, {
    hostNames: hostNamesOf("handlers"),
    resolveLoad: (load) => fromText(resolveLoadPath(path, toText(load)) ?? ""),
  });
  const lines = new Set<number>();
  for (const { positions } of functions) {
    for (let i = 1; i < positions.length; i += 3) lines.add(positions[i]!);
  }
  return [...lines].toSorted((a, b) => a - b);
}
