import type { Analysis } from "../../analysis/analysis.ts";
import type { Expression, FunctionNode, Identifier } from "../../syntax/tree.ts";
import { toText } from "../../values/text.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const loopVariableCapture: Rule = {
  name: "loop-variable-capture",
  severity: "warning",
  doc:
    "A function made in a loop that reads the loop's variable and is called later: all of them then see its last value. A default, as in " +
    "`lambda x = x: …`, keeps the value of the round.",
  bad: `
calls = []
for name in ["a", "b"]:
    calls.append(lambda: print(name))
for call in calls:
    call()
`,
  good: `
calls = []
for name in ["a", "b"]:
    calls.append(lambda name = name: print(name))
for call in calls:
    call()
`,
  check(analysis, out) {
    const { symbols, index } = analysis;
    for (const variable of new Set(symbols.variables.values())) {
      const loops = variable.definitions.filter((definition) => definition.how === "for");
      if (loops.length === 0) continue;
      for (const use of variable.uses) {
        const maker = index.functionOf(use);
        if (maker === undefined || symbols.scopes.get(maker)?.parent === undefined) continue;
        if (
          !isMadeInLoop(
            analysis,
            use,
            maker,
            variable.definitions.map(({ identifier }) => identifier),
          )
        )
          continue;
        out.report(spanOf(use), `${toText(variable.name)} will be that of the loop's last round when this is called`);
      }
    }
  },
};

/** Whether the loop that binds the variable is around the function, and the function outlives the round. */
function isMadeInLoop(
  { index }: Analysis,
  use: Identifier,
  maker: FunctionNode,
  bound: readonly Identifier[],
): boolean {
  let made: Expression | undefined;
  for (const node of index.around(use)) {
    const isMaker = (node.kind === "def" || node.kind === "lambda") && node.function === maker;
    if (isMaker && node.kind === "lambda") made = node;
    if (isMaker && node.kind === "def") made = node.name;
    if (made === undefined) continue;
    const bindsHere =
      (node.kind === "for" && bound.some(({ pos }) => pos >= node.target.pos && pos < node.target.end)) ||
      (node.kind === "comprehension" &&
        node.clauses.some(
          (clause) =>
            clause.kind === "for" && bound.some(({ pos }) => pos >= clause.target.pos && pos < clause.target.end),
        ));
    if (bindsHere) return outlives(index, made, maker);
  }
  return false;
}

/** A lambda that is an argument of a builtin such as sorted, or called at once, ends before the round does. */
function outlives(index: Analysis["index"], made: Expression, maker: FunctionNode): boolean {
  const parent = index.parentOf(made);
  if (maker.name !== "lambda") return !isOnlyCalled(index, made);
  if (parent?.kind === "paren") return index.parentOf(parent)?.kind !== "call";
  if (parent?.kind !== "call") return true;
  const { callee } = parent;
  if (callee === made) return false;
  const name = callee.kind === "identifier" || callee.kind === "dot" ? callee.name : "";
  return ["append", "setdefault", "add", "insert", "go", "update"].includes(name);
}

function isOnlyCalled(index: Analysis["index"], name: Expression): boolean {
  if (name.kind !== "identifier") return false;
  const uses = index.expressions("identifier").filter((other) => other.name === name.name && other !== name);
  return uses.every((use) => {
    const parent = index.parentOf(use);
    return parent?.kind === "call" && parent.callee === use;
  });
}
