/** Filters that choose, repeat, catch and bind. */
import type {
  Alternative,
  ArrayConstruction,
  Binding,
  Foreach,
  If,
  Label,
  Logical,
  Node,
  Reduce,
  Try,
} from "../syntax/tree.ts";
import { emitAccumulation, writesInPlace } from "./accumulate.ts";
import type { Emitter, Place } from "./emitter.ts";
import { emitPatterns } from "./emit-pattern.ts";
import {
  BACKTRACK,
  COLLECT,
  DISOWN,
  DISOWN_ALL,
  FORK,
  JUMP,
  JUMP_FALSE,
  LABEL,
  MARK,
  MOVE,
  NEW_ARRAY,
  NEW_OWNER,
  OUTER,
  RAISE,
  TAKE,
  TRUTH,
  TRY,
  TRY_END,
} from "./opcode.ts";
import { findVariable } from "./scope.ts";

/** `a, b, …` */
export function emitComma(emitter: Emitter, branches: readonly Node[], input: number, place: Place): number {
  const { builder } = place;
  const output = builder.register();
  const ends: number[] = [];
  for (const [number, branch] of branches.entries()) {
    const isLast = number === branches.length - 1;
    const next = isLast ? -1 : builder.add(FORK, 0);
    builder.add(MOVE, output, emitter.emit(branch, input, place));
    if (isLast) continue;
    ends.push(builder.add(JUMP, 0));
    builder.land(next);
  }
  for (const end of ends) builder.land(end);
  return output;
}

export function emitIf(emitter: Emitter, node: If, input: number, place: Place): number {
  const { builder } = place;
  const output = builder.register();
  const otherwise = builder.add(JUMP_FALSE, emitter.emitAside(node.condition, input, place), 0);
  builder.add(MOVE, output, emitter.emit(node.whenTrue, input, place));
  const end = builder.add(JUMP, 0);
  builder.land(otherwise);
  builder.add(MOVE, output, emitter.emit(node.otherwise, input, place));
  builder.land(end);
  return output;
}

export function emitLogical(emitter: Emitter, node: Logical, input: number, place: Place): number {
  const { builder } = place;
  const output = builder.register();
  const left = emitter.emit(node.left, input, place);
  const short = builder.add(JUMP_FALSE, left, 0);
  const emitRight = (): void => {
    builder.add(TRUTH, output, emitter.emit(node.right, input, place));
  };
  if (node.operator === "and") emitRight();
  else builder.add(MOVE, output, emitter.load(true, place));
  const end = builder.add(JUMP, 0);
  builder.land(short);
  if (node.operator === "and") builder.add(MOVE, output, emitter.load(false, place));
  else emitRight();
  builder.land(end);
  return output;
}

/** `a // b`: what is true of the outputs of `a`, else `b`. Errors of `a` are errors. */
export function emitAlternative(emitter: Emitter, node: Alternative, input: number, place: Place): number {
  const { builder } = place;
  const output = builder.register();
  const found = builder.register();
  builder.add(MOVE, found, emitter.load(false, place));
  const exhausted = builder.add(FORK, 0);
  const left = emitter.emit(node.left, input, place);
  const skip = builder.add(JUMP_FALSE, left, 0);
  builder.add(MOVE, found, emitter.load(true, place));
  builder.add(MOVE, output, left);
  const end = builder.add(JUMP, 0);
  builder.land(skip);
  builder.add(BACKTRACK);
  builder.land(exhausted);
  const otherwise = builder.add(JUMP_FALSE, found, 0);
  builder.add(BACKTRACK);
  builder.land(otherwise);
  builder.add(MOVE, output, emitter.emit(node.right, input, place));
  builder.land(end);
  return output;
}

export function emitTry(emitter: Emitter, node: Try, input: number, place: Place): number {
  const { builder } = place;
  const output = builder.register();
  const error = builder.register();
  const mark = builder.register();
  if (emitter.level !== "1.6") builder.add(MARK, mark);
  const caught = builder.add(TRY, error, 0);
  builder.add(MOVE, output, emitter.emit(node.body, input, place));
  if (emitter.level !== "1.6") builder.add(TRY_END, mark);
  const end = builder.add(JUMP, 0);
  builder.land(caught);
  if (node.handler === null) builder.add(BACKTRACK);
  else builder.add(MOVE, output, emitter.emit(node.handler, error, place));
  builder.land(end);
  return output;
}

/** `[e]` */
export function emitArray(emitter: Emitter, node: ArrayConstruction, input: number, place: Place): number {
  if (node.body === null) return emitter.load([], place);
  const { builder } = place;
  const array = builder.register();
  const output = builder.register();
  builder.add(NEW_ARRAY, array);
  const end = builder.add(FORK, 0);
  builder.add(COLLECT, array, emitter.emitAside(node.body, input, place));
  builder.land(end);
  builder.add(MOVE, output, array);
  return output;
}

export function emitReduce(emitter: Emitter, node: Reduce, input: number, place: Place): number {
  const { builder } = place;
  const state = builder.register();
  const owner = builder.register();
  const output = builder.register();
  builder.add(MOVE, state, emitter.emit(node.initial, input, place));
  builder.add(NEW_OWNER, owner);
  const end = builder.add(FORK, 0);
  const inside = emitPatterns(emitter, node.patterns, emitter.emit(node.source, input, place), place);
  builder.add(MOVE, state, emitStep(emitter, node.update, { state, owner }, inside));
  builder.add(BACKTRACK);
  builder.land(end);
  builder.add(MOVE, output, state);
  return output;
}

export function emitForeach(emitter: Emitter, node: Foreach, input: number, place: Place): number {
  const { builder } = place;
  const state = builder.register();
  const owner = builder.register();
  builder.add(MOVE, state, emitter.emit(node.initial, input, place));
  builder.add(NEW_OWNER, owner);
  const inside = emitPatterns(emitter, node.patterns, emitter.emit(node.source, input, place), place);
  const next = emitStep(emitter, node.update, { state, owner }, inside);
  builder.add(MOVE, state, next);
  const extract = node.extract ?? { kind: "identity", at: node.at };
  if (!writesInPlace(emitter, node.update, inside)) return emitter.emit(extract, next, inside);
  if (emitter.isSingle(extract, inside) && extract.kind !== "identity") {
    const output = emitter.emit(extract, next, inside);
    builder.add(DISOWN_ALL, output, owner);
    return output;
  }
  builder.add(DISOWN, next, owner);
  return emitter.emit(extract, next, inside);
}

/** The registers of a loop with an accumulator: that, and what of it may be written in place. */
interface Loop {
  readonly state: number;
  readonly owner: number;
}

/** One update: takes the accumulator, so that nothing else holds it, and gives the new one. */
function emitStep(emitter: Emitter, update: Node, { state, owner }: Loop, place: Place): number {
  const current = place.builder.register();
  place.builder.add(TAKE, current, state);
  if (!writesInPlace(emitter, update, place)) return emitter.emit(update, current, place);
  return emitAccumulation(emitter, update, { value: current, owner }, place);
}

/** The place in which the variables of a binding are seen. */
export function emitBinding(emitter: Emitter, node: Binding, input: number, place: Place): Place {
  return emitPatterns(emitter, node.patterns, emitter.emitAside(node.source, input, place), place);
}

/** The place in which a label can be broken out of. */
export function emitLabel(node: Label, place: Place): Place {
  const { builder, scope } = place;
  const register = builder.register();
  builder.add(LABEL, register);
  return { ...place, scope: { next: scope, kind: "label", name: node.name, builder, register } };
}

/** `break $name` at `at`. */
export function emitBreak(emitter: Emitter, name: string, at: number, place: Place): number {
  const entry = findVariable(place.scope, name, "label");
  if (entry?.kind !== "label") throw emitter.error(`$*label-${name} is not defined`, at);
  const register = loadOuter(entry.builder, entry.register, place);
  place.builder.add(RAISE, register);
  return register;
}

/** A register with what is in `register` of `owner`'s frame. */
export function loadOuter(owner: Place["builder"], register: number, { builder }: Place): number {
  const hops = builder.hopsTo(owner);
  if (hops === 0) return register;
  const local = builder.register();
  builder.add(OUTER, local, hops, register);
  return local;
}
