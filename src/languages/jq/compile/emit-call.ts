/** Calls: of the program's functions, of filters they were given, of the library. */
import { fail } from "../library/fail.ts";
import type { Call, Node } from "../syntax/tree.ts";
import type { Value } from "../value.ts";
import { loadOuter } from "./emit-control.ts";
import type { Emitter, Place } from "./emitter.ts";
import { measureOf, sizeOf } from "./measure.ts";
import {
  BACKTRACK,
  CALL,
  CALL_FILTER,
  CUT,
  GET_PATH,
  HALT,
  INPUT,
  MARK,
  MOVE,
  NATIVE,
  RAISE,
  RANGE,
  RECURSE,
  REPORT,
  TAIL_CALL,
  TAIL_CALL_FILTER,
} from "./opcode.ts";
import { findFunction, type FunctionInfo, type Scope, withFunction } from "./scope.ts";

/** What a call turns out to be. */
export type Callee =
  | { readonly kind: "node"; readonly node: Node; readonly scope: Scope }
  | { readonly kind: "filter"; readonly builder: Place["builder"]; readonly register: number }
  | { readonly kind: "function"; readonly fn: FunctionInfo }
  | { readonly kind: "intrinsic"; readonly emit: Intrinsic }
  | { readonly kind: "native"; readonly number: number };

type Intrinsic = (emitter: Emitter, node: Call, input: number, place: Place) => number;

/** Finds what `node` calls at `place`. Throws `JqSyntaxError` when that is nothing. */
export function resolveCall(emitter: Emitter, node: Call, place: Place): Callee {
  const { name, args } = node;
  const entry = findFunction(place.scope, name, args.length);
  if (entry?.kind === "inlined") return { kind: "node", node: entry.node, scope: entry.scope };
  if (entry?.kind === "filter") return { kind: "filter", builder: entry.builder, register: entry.register };
  if (entry?.kind === "function") return { kind: "function", fn: entry.fn };
  const emit = INTRINSICS.get(`${name}/${args.length}`);
  if (emit !== undefined) return { kind: "intrinsic", emit };
  const native = emitter.findNative(name, args.length);
  if (native !== undefined) return { kind: "native", number: emitter.native(native) };
  const prelude = emitter.findPrelude(name, args.length);
  if (prelude !== undefined) return { kind: "function", fn: prelude };
  throw emitter.error(`${name}/${args.length} is not defined`, node.at);
}

/** A call, wherever it stands. */
export function emitCall(emitter: Emitter, node: Call, input: number, place: Place): number {
  const callee = resolveCall(emitter, node, place);
  const { builder } = place;
  switch (callee.kind) {
    case "node":
      return emitter.emit(callee.node, input, { ...place, scope: callee.scope });
    case "filter": {
      const output = builder.register();
      builder.add(CALL_FILTER, output, builder.hopsTo(callee.builder), callee.register, input);
      return output;
    }
    case "intrinsic":
      return callee.emit(emitter, node, input, place);
    case "native":
      return emitNative(emitter, callee.number, node.args, input, place);
    default: {
      const inlined = inline(emitter, callee.fn, node.args, place);
      if (inlined !== undefined) return emitBody(emitter, callee.fn, inlined, input, emitter.emit.bind(emitter));
      const output = builder.register();
      const filters = giveFilters(emitter, node.args, place);
      builder.add(
        CALL,
        output,
        builder.hopsTo(callee.fn.builder),
        emitter.functionCode(callee.fn),
        input,
        node.args.length,
        ...filters,
      );
      return output;
    }
  }
}

/** A call whose output is returned: the frame of the function that it ends makes room for the one it calls. */
export function emitLastCall(emitter: Emitter, node: Call, input: number, place: Place): boolean {
  const callee = resolveCall(emitter, node, place);
  const { builder } = place;
  if (callee.kind === "node") {
    emitter.emitLast(callee.node, input, { ...place, scope: callee.scope });
    return true;
  }
  if (callee.kind === "filter" && builder.parent !== null) {
    builder.add(TAIL_CALL_FILTER, builder.hopsTo(callee.builder), callee.register, input);
    return true;
  }
  if (callee.kind !== "function") return false;
  const inlined = inline(emitter, callee.fn, node.args, place);
  if (inlined !== undefined) {
    emitBody(emitter, callee.fn, inlined, input, emitter.emitLast.bind(emitter));
    return true;
  }
  if (builder === emitter.mainBuilder) return false;
  const filters = giveFilters(emitter, node.args, place);
  builder.add(
    TAIL_CALL,
    builder.hopsTo(callee.fn.builder),
    emitter.functionCode(callee.fn),
    input,
    node.args.length,
    ...filters,
  );
  return true;
}

/** A builtin: arguments from the last to the first, so that the first one's outputs come quickest. */
export function emitNative(
  emitter: Emitter,
  number: number,
  args: readonly Node[],
  input: number,
  place: Place,
): number {
  const registers = args.toReversed().map((arg) => emitter.emitAside(arg, input, place));
  const output = place.builder.register();
  place.builder.add(NATIVE, output, number, args.length, input, ...registers.toReversed());
  return output;
}

/** Bodies of up to so many nodes may take the place of their calls. */
const SMALL = 80;
/** A filter of more nodes than this is not written out more than once. */
const SMALL_FILTER = 24;

/** The place that the body of `fn` is made for in place of a call, `undefined` where it is better called. */
export function inline(emitter: Emitter, fn: FunctionInfo, args: readonly Node[], place: Place): Place | undefined {
  const { size, isRecursive, uses } = measureOf(fn.definition);
  if (isRecursive || size > SMALL) return undefined;
  const sizes = args.map(sizeOf);
  if (sizes.some((argument, number) => argument > SMALL_FILTER && uses[number]! > 1)) return undefined;
  if (!emitter.mayInline(size + sizes.reduce((sum, argument) => sum + argument, 0))) return undefined;
  let scope = fn.scope();
  for (const [number, parameter] of fn.definition.parameters.entries()) {
    // What is given for nothing still has to make sense.
    if (uses[number] === 0 && !parameter.isValue) emitter.filterCode(args[number]!, place);
    scope = { next: scope, kind: "inlined", name: parameter.name, node: args[number]!, scope: place.scope };
  }
  return { ...place, scope };
}

/** A body in place of its call: parameters with `$` are evaluated first. */
function emitBody<T>(
  emitter: Emitter,
  fn: FunctionInfo,
  place: Place,
  input: number,
  emit: (node: Node, input: number, place: Place) => T,
): T {
  return emit(fn.definition.body, input, emitValueParameters(emitter, fn.definition.parameters, input, place));
}

/** Evaluates what was given for parameters with `$`, in order, and binds the variables. */
export function emitValueParameters(
  emitter: Emitter,
  parameters: FunctionInfo["definition"]["parameters"],
  input: number,
  place: Place,
): Place {
  let { scope } = place;
  const { builder } = place;
  for (const parameter of parameters) {
    if (!parameter.isValue) continue;
    const call: Call = { kind: "call", at: 0, name: parameter.name, args: [] };
    const value = emitter.emitAside(call, input, place);
    const register = builder.register();
    builder.add(MOVE, register, value);
    scope = { next: scope, kind: "variable", name: parameter.name, builder, register };
  }
  return { ...place, scope };
}

/** Pairs for each filter that is handed over: a new one with its code, or one that was given to a function around this. */
function giveFilters(emitter: Emitter, args: readonly Node[], place: Place): number[] {
  return args.flatMap((arg) => {
    let node = arg;
    let { scope } = place;
    for (;;) {
      const entry = node.kind === "call" && node.args.length === 0 ? findFunction(scope, node.name, 0) : undefined;
      if (entry?.kind === "filter") return [place.builder.hopsTo(entry.builder), entry.register];
      if (entry?.kind !== "inlined") break;
      ({ node, scope } = entry);
    }
    return [-1, emitter.filterCode(node, { ...place, scope })];
  });
}

/** The place in which a definition is known. */
export function withDefinition(definition: FunctionInfo["definition"], place: Place): Place {
  return { ...place, scope: withFunction(place.scope, definition, place.builder) };
}

const EMPTY_OBJECT: Value = new Map();

function constantly(value: Value): Intrinsic {
  return (emitter, _node, _input, place) => emitter.load(value, place);
}

function emitError(emitter: Emitter, node: Call, input: number, place: Place): number {
  const error = node.args.length === 0 ? input : emitter.emitAside(node.args[0]!, input, place);
  place.builder.add(RAISE, error);
  return error;
}

function emitRange(emitter: Emitter, node: Call, input: number, place: Place): number {
  const from = node.args.length === 1 ? emitter.load(0, place) : emitter.emitAside(node.args[0]!, input, place);
  const to = emitter.emitAside(node.args.at(-1)!, input, place);
  const output = place.builder.register();
  place.builder.add(RANGE, output, from, to);
  return output;
}

function emitHalt(emitter: Emitter, node: Call, input: number, place: Place): number {
  const status = node.args.length === 0 ? emitter.load(5, place) : emitter.emitAside(node.args[0]!, input, place);
  place.builder.add(HALT, input, status);
  return input;
}

function emitReport(channel: number): Intrinsic {
  return (_emitter, _node, input, { builder }) => {
    builder.add(REPORT, input, channel);
    return input;
  };
}

function emitModuleMeta(emitter: Emitter, _node: Call, input: number, place: Place): number {
  const call = (_: unknown, name: Value): Value =>
    typeof name === "string" ? emitter.describeModule(name) : fail("modulemeta input module name must be a string");
  return emitNative(emitter, emitter.native({ name: "modulemeta", arity: 0, call }), [], input, place);
}

/** The first output alone: what would give the others is forgotten. */
function emitFirst(emitter: Emitter, node: Call, input: number, place: Place): number {
  const { builder } = place;
  const mark = builder.register();
  builder.add(MARK, mark);
  const output = emitter.emit(node.args[0]!, input, place);
  builder.add(CUT, mark);
  return output;
}

/** Names that the compiler knows itself, for they fork, end, look at paths or talk to the host; what the library calls so is not used. */
const INTRINSICS: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  [
    "empty/0",
    (_emitter, _node, input, { builder }) => {
      builder.add(BACKTRACK);
      return input;
    },
  ],
  ["error/0", emitError],
  ["error/1", emitError],
  ["first/1", emitFirst],
  ["path/1", (emitter, node, input, place) => emitter.emitPath(node.args[0]!, input, place)],
  [
    "getpath/1",
    (emitter, node, input, place) => {
      const path = emitter.emitAside(node.args[0]!, input, place);
      const output = place.builder.register();
      place.builder.add(GET_PATH, output, input, path);
      return output;
    },
  ],
  ["range/1", emitRange],
  ["range/2", emitRange],
  [
    "recurse/0",
    (_emitter, _node, input, { builder }) => {
      const output = builder.register();
      builder.add(RECURSE, output, input);
      return output;
    },
  ],
  [
    "input/0",
    (_emitter, _node, _input, { builder }) => {
      const output = builder.register();
      builder.add(INPUT, output);
      return output;
    },
  ],
  ["debug/0", emitReport(0)],
  ["stderr/0", emitReport(1)],
  ["input_filename/0", constantly(null)],
  ["input_line_number/0", constantly(0)],
  [
    "halt/0",
    (_emitter, _node, input, { builder }) => {
      builder.add(HALT, -1, -1);
      return input;
    },
  ],
  ["halt_error/0", emitHalt],
  ["halt_error/1", emitHalt],
  ["modulemeta/0", emitModuleMeta],
  ["env/0", constantly(EMPTY_OBJECT)],
  ["get_search_list/0", constantly([])],
  ["builtins/0", (emitter, _node, _input, place) => emitter.load([...emitter.libraryNames()], place)],
]);

/** `name/arity` of everything that the compiler knows itself. */
export const intrinsicNames: readonly string[] = [...INTRINSICS.keys()];

/** A register with what a variable holds. */
export function emitVariable(emitter: Emitter, name: string, at: number, place: Place): number {
  for (let entry = place.scope; entry !== null; entry = entry.next) {
    if (entry.name !== name) continue;
    if (entry.kind === "variable") return loadOuter(entry.builder, entry.register, place);
    if (entry.kind === "constant") return emitter.load(entry.value, place);
    if (entry.kind === "global") return loadOuter(emitter.mainBuilder, emitter.global(name), place);
  }
  if (name === "ENV") return emitter.load(EMPTY_OBJECT, place);
  throw emitter.error(`$${name} is not defined`, at);
}
