/** Follows a program's paths through its text: which parts of the input and of variables it looks at. */
import type { Call, FunctionDefinition, Node, Pattern, Source } from "../syntax/tree.ts";
import type { Part } from "./facts.ts";

/** The parts that a value may be; none for values that are made. */
type Origins = readonly Part[];

/** What names mean at a place. */
type Names = {
  readonly next: Names;
  readonly name: string;
  readonly meaning:
    | { readonly kind: "variable"; readonly origins: Origins }
    | { readonly kind: "function"; readonly definition: FunctionDefinition; readonly names: () => Names }
    | { readonly kind: "filter"; readonly node: Node; readonly names: Names };
} | null;

/** Enough for what people write; what goes on longer, through functions in functions, is left alone. */
const MOST_STEPS = 20_000;
const DEEPEST_CALL = 30;

/** The parts that `source` reads, each once. */
export function readsOf(source: Source, prelude: ReadonlyMap<string, FunctionDefinition>): Part[] {
  const reader = new Reader(prelude);
  let names: Names = null;
  for (const definition of source.definitions) names = withFunction(names, definition);
  if (source.body === null) return [];
  reader.use(reader.walk(source.body, [{ variable: null, path: [] }], names));
  return [...reader.reads.values()];
}

class Reader {
  readonly reads = new Map<string, Part>();
  readonly #prelude: ReadonlyMap<string, FunctionDefinition>;
  #steps = 0;
  #depth = 0;

  constructor(prelude: ReadonlyMap<string, FunctionDefinition>) {
    this.#prelude = prelude;
  }

  /** Something looks at values with these origins. */
  use(origins: Origins): void {
    for (const part of origins) this.reads.set(JSON.stringify([part.variable, part.path]), part);
  }

  /** The origins of what `node` gives for an input of `input`. */
  walk(node: Node, input: Origins, names: Names): Origins {
    if (++this.#steps > MOST_STEPS) return [];
    const walk = (inner: Node): Origins => this.walk(inner, input, names);
    switch (node.kind) {
      case "identity":
        return input;
      case "recurse":
        return input;
      case "variable":
        return this.#variable(node.name, names);
      case "index":
        return this.#index(walk(node.index), node.index, walk(node.target));
      case "iterate":
        return deeper(walk(node.target), null);
      case "slice":
        for (const bound of [node.from, node.to]) if (bound !== null) this.use(walk(bound));
        return walk(node.target);
      case "pipe":
        return node.steps.reduce((origins, step) => this.walk(step, origins, names), input);
      case "comma":
        return node.branches.flatMap(walk);
      case "alternative":
        return [...walk(node.left), ...walk(node.right)];
      case "if":
        this.use(walk(node.condition));
        return [...walk(node.whenTrue), ...walk(node.otherwise)];
      case "try":
        if (node.handler !== null) this.use(this.walk(node.handler, [], names));
        return walk(node.body);
      case "definition":
        return this.walk(node.body, input, withFunction(names, node.definition));
      case "binding":
        return this.walk(node.body, input, this.#bind(node.patterns, walk(node.source), names));
      case "reduce":
      case "foreach":
        return this.#loop(node, input, names);
      case "label":
        return walk(node.body);
      case "update":
        if (node.operator !== "=") this.use(walk(node.target));
        this.use(node.operator === "|=" ? this.walk(node.value, walk(node.target), names) : walk(node.value));
        return input;
      case "call":
        return this.#call(node, input, names);
      default:
        for (const operand of operandsOf(node)) this.use(walk(operand));
        return [];
    }
  }

  #index(keys: Origins, key: Node, target: Origins): Origins {
    this.use(keys);
    return deeper(target, key.kind === "literal" && typeof key.value === "string" ? key.value : null);
  }

  #variable(name: string, names: Names): Origins {
    for (let entry = names; entry !== null; entry = entry.next) {
      if (entry.name === name && entry.meaning.kind === "variable") return entry.meaning.origins;
    }
    return [{ variable: name, path: [] }];
  }

  #bind(patterns: readonly Pattern[], origins: Origins, names: Names): Names {
    let inside = names;
    const bind = (pattern: Pattern, value: Origins): void => {
      if (pattern.kind === "variable") {
        inside = { next: inside, name: pattern.name, meaning: { kind: "variable", origins: value } };
      } else if (pattern.kind === "array") {
        for (const element of pattern.elements) bind(element, deeper(value, null));
      } else {
        for (const { key, variable, pattern: inner } of pattern.members) {
          const member = this.#index(this.walk(key, value, names), key, value);
          if (variable !== null)
            inside = { next: inside, name: variable, meaning: { kind: "variable", origins: member } };
          if (inner !== null) bind(inner, member);
        }
      }
    };
    for (const pattern of patterns) bind(pattern, origins);
    return inside;
  }

  /** The accumulator may be what it began as, or a part of what the update gives. */
  #loop(node: Extract<Node, { kind: "reduce" | "foreach" }>, input: Origins, names: Names): Origins {
    const initial = this.walk(node.initial, input, names);
    const inside = this.#bind(node.patterns, this.walk(node.source, input, names), names);
    const updated = this.walk(node.update, initial, inside);
    if (node.kind === "reduce") return [...initial, ...updated];
    return node.extract === null ? updated : this.walk(node.extract, updated, inside);
  }

  #call(node: Call, input: Origins, names: Names): Origins {
    for (let entry = names; entry !== null; entry = entry.next) {
      if (entry.name !== node.name) continue;
      const { meaning } = entry;
      if (meaning.kind === "filter" && node.args.length === 0) return this.#deeper(meaning.node, input, meaning.names);
      if (meaning.kind === "function" && meaning.definition.parameters.length === node.args.length) {
        return this.#body(meaning.definition, meaning.names(), { node, input, names });
      }
    }
    const key = `${node.name}/${node.args.length}`;
    const known = this.#prelude.get(key);
    if (known !== undefined) return this.#body(known, null, { node, input, names });
    if (["empty/0", "error/1", "env/0", "input/0", "now/0"].includes(key)) input = [];
    const given = node.args.map((arg) => this.walk(arg, input, names));
    if (["first/1", "debug/0", "stderr/0", "recurse/0"].includes(key)) return given[0] ?? input;
    if (key === "getpath/1") return this.#getPath(node.args[0]!, given[0]!, input);
    this.use(input);
    for (const origins of given) this.use(origins);
    return [];
  }

  #getPath(path: Node, given: Origins, input: Origins): Origins {
    this.use(given);
    const body = path.kind === "array" ? path.body : null;
    const keys = body?.kind === "comma" ? body.branches : body === null ? [] : [body];
    return keys.reduce(
      (origins, key) => deeper(origins, key.kind === "literal" && typeof key.value === "string" ? key.value : null),
      input,
    );
  }

  #body(definition: FunctionDefinition, names: Names, call: { node: Call; input: Origins; names: Names }): Origins {
    let inside = names;
    for (const [number, { name, isValue }] of definition.parameters.entries()) {
      const node = call.node.args[number]!;
      inside = { next: inside, name, meaning: { kind: "filter", node, names: call.names } };
      if (isValue)
        inside = {
          next: inside,
          name,
          meaning: { kind: "variable", origins: this.walk(node, call.input, call.names) },
        };
    }
    return this.#deeper(definition.body, call.input, inside);
  }

  #deeper(node: Node, input: Origins, names: Names): Origins {
    if (this.#depth > DEEPEST_CALL) return [];
    this.#depth++;
    const origins = this.walk(node, input, names);
    this.#depth--;
    return origins;
  }
}

function withFunction(names: Names, definition: FunctionDefinition): Names {
  const inside: Names = {
    next: names,
    name: definition.name,
    meaning: { kind: "function", definition, names: () => inside },
  };
  return inside;
}

/** Origins one member or element further; paths end where they are longer than anybody looks. */
function deeper(origins: Origins, key: string | null): Origins {
  return origins.map(({ variable, path }) => ({ variable, path: path.length < 16 ? [...path, key] : path }));
}

/** The operands of nodes that make a value. */
function operandsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "text":
      return node.parts.filter((part) => typeof part !== "string");
    case "array":
      return node.body === null ? [] : [node.body];
    case "object":
      return node.entries.flatMap(({ key, value }) => [key, value]);
    case "negation":
      return [node.operand];
    case "binary":
    case "logical":
      return [node.left, node.right];
    case "format":
      return [{ kind: "identity", at: node.at }];
    default:
      return [];
  }
}
