/** What a path leads to in a value. */
import { JqError } from "../../../jq/errors.ts";
import type { Value } from "../../../jq/value.ts";
import { filterFunctions, type FunctionContext, pathFunctions, searches } from "./functions.ts";
import type { Expression, Path, Segment, Selector } from "./path.ts";

/** What an evaluation knows. `charge` and `allocate` throw `JqLimitError`. */
export interface Scope extends FunctionContext {
  readonly root: Value;
  /** What the filter looks at, when there is one. */
  readonly current: Value;
  readonly variables: ReadonlyMap<string, Value>;
}

/**
 * The value of a path: of one that can lead to one value only, that value, null when there is none; of others, an array. Throws
 * `JqError` when a function cannot work on what it is given.
 */
export function evaluatePath(scope: Scope, path: Path): Value {
  const nodes = nodesOf(scope, path);
  return path.isDefinite || path.segments.at(-1)?.kind === "call" ? (nodes[0] ?? null) : nodes;
}

/** The values a path leads to. */
function nodesOf(scope: Scope, { root, segments }: Path): Value[] {
  let nodes: Value[] = [];
  if (typeof root === "string") nodes.push(root === "$" ? scope.root : scope.current);
  else if (scope.variables.has(root.variable)) nodes.push(scope.variables.get(root.variable)!);
  let isSingle = true;
  for (const segment of segments) {
    if (segment.kind === "call") {
      nodes = [call(scope, segment, isSingle ? nodes[0] : nodes)];
      isSingle = true;
    } else {
      nodes = select(scope, segment, nodes);
      const [selector] = segment.selectors;
      isSingle &&= segment.kind === "children" && (selector?.kind === "name" || selector?.kind === "index");
      isSingle &&= segment.selectors.length === 1;
    }
  }
  return nodes;
}

function call(
  scope: Scope,
  { name, args }: { name: string; args: readonly Expression[] },
  value: Value | undefined,
): Value {
  scope.charge(1);
  const values = args.map((arg) => valueOf(scope, arg));
  return pathFunctions.get(name)!(scope, value, values);
}

function select(scope: Scope, segment: Exclude<Segment, { kind: "call" }>, nodes: readonly Value[]): Value[] {
  const found: Value[] = [];
  const from = segment.kind === "descendants" ? withDescendants(scope, nodes) : nodes;
  for (const node of from) for (const selector of segment.selectors) selectFrom(scope, node, selector, found);
  return found;
}

/** The nodes and everything below them, a node before what is in it. */
function withDescendants(scope: Scope, nodes: readonly Value[]): Value[] {
  const found: Value[] = [];
  const open = nodes.toReversed();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const children = childrenOf(node);
    scope.charge(1);
    if (children.length === 0) continue;
    scope.allocate(8 + 8 * children.length);
    found.push(node);
    for (let i = children.length - 1; i >= 0; i--) open.push(children[i]!);
  }
  return found;
}

function childrenOf(node: Value): readonly Value[] {
  if (Array.isArray(node)) return node;
  return node instanceof Map ? [...node.values()] : [];
}

function selectFrom(scope: Scope, node: Value, selector: Selector, found: Value[]): void {
  scope.charge(1);
  switch (selector.kind) {
    case "name":
      if (node instanceof Map) add(scope, node.get(selector.name), found);
      return;
    case "index":
      if (Array.isArray(node)) add(scope, node.at(selector.index), found);
      return;
    case "slice":
      if (Array.isArray(node)) slice(scope, node, selector, found);
      return;
    case "wildcard":
      for (const child of childrenOf(node)) add(scope, child, found);
      return;
    default:
      for (const child of childrenOf(node)) {
        if (isMet({ ...scope, current: child }, selector.test)) add(scope, child, found);
      }
  }
}

function add(scope: Scope, value: Value | undefined, found: Value[]): void {
  if (value === undefined) return;
  scope.charge(1);
  scope.allocate(8);
  found.push(value);
}

/** RFC 9535, 2.3.4.2.2. */
function slice(
  scope: Scope,
  node: readonly Value[],
  { start, end, step }: { start: number | undefined; end: number | undefined; step: number },
  found: Value[],
): void {
  const { length } = node;
  const place = (index: number, low: number, high: number): number =>
    Math.min(Math.max(index < 0 ? length + index : index, low), high);
  if (step > 0) {
    const last = place(end ?? length, 0, length);
    for (let i = place(start ?? 0, 0, length); i < last; i += step) add(scope, node[i], found);
  } else if (step < 0) {
    const last = end === undefined ? -1 : place(end, -1, length - 1);
    for (let i = start === undefined ? length - 1 : place(start, -1, length - 1); i > last; i += step)
      add(scope, node[i], found);
  }
}

/** Is a filter's test met? A path alone is met when it leads anywhere. */
function isMet(scope: Scope, test: Expression): boolean {
  scope.charge(1);
  switch (test.kind) {
    case "path":
      return nodesOf(scope, test).length > 0;
    case "and":
      return isMet(scope, test.left) && isMet(scope, test.right);
    case "or":
      return isMet(scope, test.left) || isMet(scope, test.right);
    case "not":
      return !isMet(scope, test.test);
    case "compare":
      return compare(scope, test);
    default: {
      const value = valueOf(scope, test);
      return value !== undefined && value !== null && value !== false;
    }
  }
}

/** The value of an expression, `undefined` when there is none. */
function valueOf(scope: Scope, expression: Expression): Value | undefined {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "path": {
      const nodes = nodesOf(scope, expression);
      return expression.isDefinite || expression.segments.at(-1)?.kind === "call" ? nodes[0] : nodes;
    }
    case "list":
      return expression.items.map((item) => valueOf(scope, item) ?? null);
    case "call":
      return filterCall(scope, expression);
    case "regex":
      throw new JqError("a regular expression stands to the right of =~ only");
    default:
      return isMet(scope, expression);
  }
}

function filterCall(scope: Scope, { name, args }: { name: string; args: readonly Expression[] }): Value | undefined {
  const known = filterFunctions.get(name)!;
  if (known.takes === "values") {
    return known.call(
      scope,
      args.map((arg) => valueOf(scope, arg)),
    );
  }
  const [path] = args;
  if (path?.kind !== "path") throw new JqError(`${name}() takes a path`);
  return known.call(nodesOf(scope, path));
}

function compare(scope: Scope, { operator, left, right }: Extract<Expression, { kind: "compare" }>): boolean {
  const a = valueOf(scope, left);
  if (operator === "=~") return isMatch(scope, a, right);
  const b = valueOf(scope, right);
  switch (operator) {
    case "==":
      return isEqual(scope, a, b);
    case "!=":
      return !isEqual(scope, a, b);
    case "<":
      return isLess(a, b);
    case "<=":
      return isLess(a, b) || isEqual(scope, a, b);
    case ">":
      return isLess(b, a);
    case ">=":
      return isLess(b, a) || isEqual(scope, a, b);
    default:
      return relate(scope, operator, a, b);
  }
}

function isMatch(scope: Scope, text: Value | undefined, right: Expression): boolean {
  if (typeof text !== "string") return false;
  if (right.kind === "regex") return searches(scope, right.regex, text);
  const known = filterFunctions.get("match")!;
  return known.takes === "values" && known.call(scope, [text, valueOf(scope, right)]) === true;
}

function relate(scope: Scope, relation: string, a: Value | undefined, b: Value | undefined): boolean {
  const list = Array.isArray(b) ? b : [];
  const own = Array.isArray(a) ? a : [];
  const isIn = (one: Value | undefined, many: readonly Value[]): boolean =>
    many.some((other) => isEqual(scope, one, other));
  switch (relation) {
    case "in":
      return isIn(a, list);
    case "nin":
      return !isIn(a, list);
    case "subsetof":
      return Array.isArray(a) && own.every((one) => isIn(one, list));
    case "anyof":
      return own.some((one) => isIn(one, list));
    case "noneof":
      return !own.some((one) => isIn(one, list));
    case "contains":
      return typeof a === "string" && typeof b === "string" ? a.includes(b) : isIn(b, own);
    case "size":
      return (Array.isArray(a) || typeof a === "string") && a.length === (typeof b === "number" ? b : list.length);
    default:
      return (Array.isArray(a) || typeof a === "string") && (a.length === 0) === (b !== false);
  }
}

function isLess(a: Value | undefined, b: Value | undefined): boolean {
  if (typeof a === "number" && typeof b === "number") return a < b;
  return typeof a === "string" && typeof b === "string" && compareTexts(a, b) < 0;
}

/** By code points, as RFC 9535 orders texts. */
function compareTexts(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const one = a.codePointAt(i)!;
    const other = b.codePointAt(i)!;
    if (one !== other) return one - other;
  }
  return a.length - b.length;
}

/** Values of the same content; nothing is the same as nothing. */
function isEqual(scope: Scope, a: Value | undefined, b: Value | undefined): boolean {
  const open: [Value | undefined, Value | undefined][] = [[a, b]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    scope.charge(1);
    const [one, other] = pair;
    if (one === other) continue;
    if (Array.isArray(one) && Array.isArray(other) && one.length === other.length) {
      for (const [i, item] of one.entries()) open.push([item, other[i]]);
    } else if (one instanceof Map && other instanceof Map && one.size === other.size) {
      for (const [name, item] of one) {
        if (!other.has(name)) return false;
        open.push([item, other.get(name)]);
      }
    } else return false;
  }
  return true;
}
