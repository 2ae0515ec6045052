/** Whether load statements may stand elsewhere. */
import type { Statement } from "../syntax/tree.ts";

/**
 * Whether a file means the same with its load statements at the top, in any order: no loaded name is bound to something else at the
 * top level, and none is used there before it is loaded. Functions may name it: they run later.
 */
export function loadsAreMovable(body: readonly Statement[]): boolean {
  const loaded = new Map<string, string>();
  const used = new Set<string>();
  for (const statement of body) {
    if (statement.kind !== "load") namesOf(statement, used);
    else {
      for (const { local, remote } of statement.names) {
        const origin = `${statement.module.value}\0${remote.value}`;
        if ((loaded.get(local.name) ?? origin) !== origin || used.has(local.name)) return false;
        loaded.set(local.name, origin);
      }
    }
  }
  return !boundNames(body).some((name) => loaded.has(name));
}

/** Names in what is evaluated with a statement: not those in the bodies of functions. */
function namesOf(node: unknown, into: Set<string>): void {
  if (node === null || typeof node !== "object") return;
  if ("kind" in node && node.kind === "identifier" && "name" in node) into.add(node.name as string);
  for (const [key, value] of Object.entries(node)) {
    if (!(key === "body" && "parameters" in node)) namesOf(value, into);
  }
}

/** Names that statements of the top level bind, without those that they load. */
function boundNames(body: readonly Statement[]): string[] {
  return body.flatMap((statement) => {
    switch (statement.kind) {
      case "def":
        return [statement.name.name];
      case "assign":
        return [...targetNames(statement.target)];
      case "for":
        return [...targetNames(statement.target), ...boundNames(statement.body)];
      case "while":
        return boundNames(statement.body);
      case "if":
        return [...boundNames(statement.body), ...boundNames(statement.orElse)];
      default:
        return [];
    }
  });
}

function targetNames(target: unknown): Set<string> {
  const names = new Set<string>();
  namesOf(target, names);
  return names;
}
