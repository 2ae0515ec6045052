/** Whether two texts are the same program: what a formatter must not change. */
import type { SourceTree } from "../syntax/source-tree.ts";
import type { Expression, Statement } from "../syntax/tree.ts";

/** Properties of the tree that say where something stands, or what another property says already. */
const places = new Set(["pos", "end", "open", "close", "elsePos", "namePos", "colon", "doc"]);

export interface Liberties {
  /** Lists of strings may be in another order, without repetitions. */
  sortedLists: boolean;
}

/**
 * Whether two trees without problems have the same statements and the same comments. Parentheses do not count, nor the places
 * of load statements, nor the white space in the documentation of functions.
 */
export function isSameProgram(a: SourceTree, b: SourceTree, liberties: Liberties): boolean {
  return (
    essenceOf(a.body, liberties) === essenceOf(b.body, liberties) &&
    loadedNames(a.body).join() === loadedNames(b.body).join() &&
    commentsOf(a).join("\n") === commentsOf(b).join("\n")
  );
}

function commentsOf({ comments, file }: SourceTree): string[] {
  return comments.map(({ start, end }) => file.text.slice(start, end).trim()).toSorted();
}

function loadedNames(body: readonly Statement[]): string[] {
  const loads = body.filter((statement) => statement.kind === "load");
  const names = loads.flatMap((load) =>
    load.names.map(({ local, remote }) => [load.module.value, local.name, remote.value].join("\0")),
  );
  return [...new Set(names)].toSorted();
}

function essenceOf(body: readonly Statement[], { sortedLists }: Liberties): string {
  const others = body.filter(({ kind }) => kind !== "load");
  return JSON.stringify(others, (key, value: unknown) => {
    if (places.has(key)) return undefined;
    if (typeof value === "bigint") return `${value}n`;
    if (key === "body") return withoutDocumentation(value as Statement[]);
    if (!isExpression(value)) return value;
    const inner = withoutParentheses(value);
    if (sortedLists && inner.kind === "list") return { kind: "list", elements: sortedStrings(inner.elements) };
    return inner;
  });
}

function isExpression(value: unknown): value is Expression {
  return value !== null && typeof value === "object" && "kind" in value;
}

function withoutParentheses(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === "paren") inner = inner.inner;
  return inner;
}

function withoutDocumentation(body: readonly Statement[]): readonly Statement[] {
  const [first] = body;
  return first?.kind === "expression" && first.value.kind === "string" ? body.slice(1) : body;
}

function sortedStrings(elements: readonly Expression[]): readonly unknown[] {
  const texts = elements.map((element) =>
    JSON.stringify(element, (key, value: unknown) => (places.has(key) ? undefined : value)),
  );
  return [...new Set(texts)].toSorted();
}
