/**
 * Filters of one output at most as JavaScript functions: most of what people write, at a tenth of the cost of instructions. A filter is
 * made this way only where nothing can tell: it leaves no fork behind, follows no path, calls nothing recursive.
 */
import { negate } from "../library/arithmetic.ts";
import { getPath } from "../library/paths.ts";
import type { Call, Index, Node, ObjectEntry, Pattern, Update } from "../syntax/tree.ts";
import { isTruthy, type Value } from "../value.ts";
import { binaryOperations, binaryOperators } from "../vm/operations.ts";
import type { Shortcut } from "./code.ts";
import { inline, resolveCall, withDefinition } from "./emit-call.ts";
import type { Emitter, Place } from "./emitter.ts";
import type { Scope } from "./scope.ts";
import {
  type Binder,
  constantly,
  mapped,
  piped,
  bound,
  member,
  indexed,
  sliced,
  binary,
  logical,
  alternative,
  conditional,
  array,
  record,
  object,
  joined,
  native,
  raised,
  assigned,
  updated,
} from "./shortcut-parts.ts";

/** A filter as a function. */
export interface MadeShortcut {
  readonly run: Shortcut;
  /** How many steps it counts for: its nodes. */
  readonly steps: number;
}

/** How many nodes are looked at in one program: bodies that stand in place of calls can be many. */
const BUDGET = 20_000;

/** Makes shortcuts for one compilation. */
export class ShortcutMaker {
  readonly #emitter: Emitter;
  /** Nodes that have no shortcut, with where they were looked at. */
  readonly #refused = new Map<Node, Scope>();
  #visited = 0;
  #steps = 0;

  constructor(emitter: Emitter) {
    this.#emitter = emitter;
  }

  /** The shortcut of `node`, `undefined` when it has none. */
  of(node: Node, place: Place): MadeShortcut | undefined {
    this.#steps = 0;
    const run = this.#make(node, place);
    return run === undefined ? undefined : { run, steps: this.#steps };
  }

  #make(node: Node, place: Place): Shortcut | undefined {
    if (this.#visited > BUDGET || this.#refused.get(node) === place.scope) return undefined;
    this.#visited++;
    this.#steps++;
    const run = this.#kind(node, place);
    if (run === undefined) this.#refused.set(node, place.scope);
    return run;
  }

  /** Shortcuts of all `nodes`, or `undefined`. */
  #all(nodes: readonly Node[], place: Place): Shortcut[] | undefined {
    const runs: Shortcut[] = [];
    for (const node of nodes) {
      const run = this.#make(node, place);
      if (run === undefined) return undefined;
      runs.push(run);
    }
    return runs;
  }

  #kind(node: Node, place: Place): Shortcut | undefined {
    switch (node.kind) {
      case "identity":
        return (_m, _f, input) => input;
      case "literal":
        return constantly(node.value);
      case "location":
        return undefined;
      case "variable":
        return this.#variable(node.name, place);
      case "index":
        return this.#index(node, place);
      case "slice": {
        const none: Node = { kind: "literal", at: node.at, value: null };
        const runs = this.#all([node.target, node.from ?? none, node.to ?? none], place);
        return runs && sliced(runs, node.optional);
      }
      case "negation": {
        const operand = this.#make(node.operand, place);
        return operand && mapped(operand, (_, value) => negate(value));
      }
      case "pipe":
        return this.#pipe(node.steps, place);
      case "binary": {
        const runs = this.#all([node.left, node.right], place);
        return runs && binary(runs[0]!, runs[1]!, binaryOperators.indexOf(node.operator));
      }
      case "logical": {
        const runs = this.#all([node.left, node.right], place);
        return runs && logical(runs[0]!, runs[1]!, node.operator === "or");
      }
      case "alternative": {
        const runs = this.#all([node.left, node.right], place);
        return runs && alternative(runs[0]!, runs[1]!);
      }
      case "if": {
        const runs = this.#all([node.condition, node.whenTrue, node.otherwise], place);
        return runs && conditional(runs[0]!, runs[1]!, runs[2]!);
      }
      case "array": {
        if (node.body === null) return constantly([]);
        const runs = this.#all(node.body.kind === "comma" ? node.body.branches : [node.body], place);
        return runs && array(runs);
      }
      case "object":
        return this.#object(node.entries, place);
      case "format":
        return this.#native("format", [{ kind: "literal", at: node.at, value: node.name }], place);
      case "text":
        return this.#text(node.format, node.parts, place);
      case "call":
        return this.#call(node, place);
      case "definition":
        return this.#make(node.body, withDefinition(node.definition, place));
      case "binding": {
        if (node.patterns.length !== 1) return undefined;
        return this.#binding(node.source, node.patterns[0]!, node.body, place);
      }
      case "update":
        return this.#update(node, place);
      default:
        return undefined;
    }
  }

  #variable(name: string, place: Place): Shortcut | undefined {
    let entry = place.scope;
    while (entry !== null && (entry.name !== name || !["variable", "constant", "global"].includes(entry.kind)))
      entry = entry.next;
    if (entry?.kind === "constant") return constantly(entry.value);
    const isGlobal = entry?.kind === "global";
    if (!isGlobal && entry?.kind !== "variable") return undefined;
    const owner = isGlobal ? this.#emitter.mainBuilder : (entry as { builder: Place["builder"] }).builder;
    const register = isGlobal ? this.#emitter.global(name) : (entry as { register: number }).register;
    const hops = place.builder.hopsTo(owner);
    if (hops === 0) return (_m, frame) => frame.registers[register] as Value;
    return (_m, frame) => {
      let outer = frame;
      for (let hop = hops; hop > 0; hop--) outer = outer.outer!;
      return outer.registers[register] as Value;
    };
  }

  #index(node: Index, place: Place): Shortcut | undefined {
    const target = this.#make(node.target, place);
    if (target === undefined) return undefined;
    if (node.index.kind === "literal" && typeof node.index.value === "string") {
      this.#steps++;
      return member(target, node.index.value, node.optional);
    }
    const key = this.#make(node.index, place);
    return key && indexed(target, key, node.optional);
  }

  #pipe(steps: readonly Node[], place: Place): Shortcut | undefined {
    const runs = this.#all(steps, place);
    return runs?.reduce((first, second) => piped(first, second));
  }

  #object(entries: readonly ObjectEntry[], place: Place): Shortcut | undefined {
    const runs = this.#all(
      entries.flatMap((entry) => [entry.key, entry.value]),
      place,
    );
    if (runs === undefined) return undefined;
    if (entries.every((entry) => entry.key.kind === "literal")) {
      const names = entries.map((entry) => (entry.key as { value: string }).value);
      return record(
        names,
        runs.filter((_, number) => number % 2 === 1),
      );
    }
    return object(runs);
  }

  #text(format: string, parts: readonly (string | Node)[], place: Place): Shortcut | undefined {
    const runs: Shortcut[] = [];
    for (const part of parts) {
      if (typeof part === "string") {
        runs.push(constantly(part));
        continue;
      }
      const value = this.#make(part, place);
      if (value === undefined) return undefined;
      const name: Node = { kind: "literal", at: 0, value: format };
      const formatted = format === "text" ? this.#native("tostring", [], place) : this.#native("format", [name], place);
      if (formatted === undefined) return undefined;
      runs.push(piped(value, formatted));
    }
    return joined(runs);
  }

  #native(name: string, args: readonly Node[], place: Place): Shortcut | undefined {
    const fn = this.#emitter.findNative(name, args.length);
    if (fn === undefined) return undefined;
    const runs = this.#all(args, place);
    return runs && native(fn.call, runs);
  }

  #call(node: Call, place: Place): Shortcut | undefined {
    const callee = resolveCall(this.#emitter, node, place);
    switch (callee.kind) {
      case "node":
        return this.#make(callee.node, { ...place, scope: callee.scope });
      case "native":
        return this.#native(node.name, node.args, place);
      case "intrinsic":
        return this.#intrinsic(node, place);
      case "function": {
        const body = inline(this.#emitter, callee.fn, node.args, place);
        if (body === undefined) return undefined;
        return this.#body(callee.fn.definition.parameters, callee.fn.definition.body, body);
      }
      default:
        return undefined;
    }
  }

  /** A function's body in place of its call, after the parameters with `$`. */
  #body(parameters: readonly { name: string; isValue: boolean }[], body: Node, place: Place): Shortcut | undefined {
    let { scope } = place;
    const binders: Binder[] = [];
    for (const { name, isValue } of parameters) {
      if (!isValue) continue;
      const value = this.#make({ kind: "call", at: 0, name, args: [] }, { ...place, scope });
      if (value === undefined) return undefined;
      const register = place.builder.register();
      binders.push(bound(value, register));
      scope = { next: scope, kind: "variable", name, builder: place.builder, register };
    }
    const run = this.#make(body, { ...place, scope });
    if (run === undefined || binders.length === 0) return run;
    return (machine, frame, input) =>
      binders.every((bind) => bind(machine, frame, input)) ? run(machine, frame, input) : undefined;
  }

  #intrinsic(node: Call, place: Place): Shortcut | undefined {
    const silent = this.#emitter.level === "1.6";
    switch (`${node.name}/${node.args.length}`) {
      case "empty/0":
        return () => undefined;
      case "error/0":
        return (_m, _f, input) => raised(input, silent);
      case "error/1": {
        const message = this.#make(node.args[0]!, place);
        return message && mapped(message, (_, value) => raised(value, silent));
      }
      case "first/1":
        return this.#make(node.args[0]!, place);
      case "getpath/1": {
        const path = this.#make(node.args[0]!, place);
        return (
          path &&
          ((machine, frame, input) => {
            const keys = path(machine, frame, input);
            return keys === undefined ? undefined : getPath(machine, input, keys);
          })
        );
      }
      default:
        return undefined;
    }
  }

  #binding(source: Node, pattern: Pattern, body: Node, place: Place): Shortcut | undefined {
    const value = this.#make(source, place);
    if (value === undefined || pattern.kind !== "variable") return undefined;
    const register = place.builder.register();
    const scope: Scope = { next: place.scope, kind: "variable", name: pattern.name, builder: place.builder, register };
    const run = this.#make(body, { ...place, scope });
    if (run === undefined) return undefined;
    const bind = bound(value, register);
    return (machine, frame, input) => (bind(machine, frame, input) ? run(machine, frame, input) : undefined);
  }

  /** Updates of one place: `.a.b = …`, `.[$i] += …`. */
  #update(node: Update, place: Place): Shortcut | undefined {
    const keys = this.#keys(node.target, place);
    if (keys === undefined) return undefined;
    const value = this.#make(node.value, place);
    if (value === undefined) return undefined;
    if (node.operator === "|=") return updated(keys, value);
    if (node.operator === "=") return assigned(keys, value, (_m, _old, given) => given);
    if (node.operator === "//=") return assigned(keys, value, (_m, old, given) => (isTruthy(old) ? old : given));
    const operation = binaryOperations[binaryOperators.indexOf(node.operator.slice(0, -1) as "+")]!;
    return assigned(keys, value, operation);
  }

  /** The keys of a path that leads to one place, each a shortcut. */
  #keys(target: Node, place: Place): Shortcut[] | undefined {
    const keys: Shortcut[] = [];
    let node = target;
    while (node.kind === "index" && !node.optional) {
      const key = this.#make(node.index, place);
      if (key === undefined) return undefined;
      keys.unshift(key);
      node = node.target;
    }
    return node.kind === "identity" ? keys : undefined;
  }
}
