/**
 * Updates of an accumulator (`reduce`, `foreach`) that may write in place: `. + …`, `.a[$i] = …`, and what is put together of such by
 * pipes, conditions and bindings. Whatever else looks at the accumulator gives at most one output, before anything is written, so no
 * fork can see the change; and where it hands out a part that could be written later, `vm/in-place.ts` is told to forget what it owns.
 */
import type { Node, Update } from "../syntax/tree.ts";
import { emitPatterns } from "./emit-pattern.ts";
import { emitUpdateOf } from "./emit-update.ts";
import type { Emitter, Place } from "./emitter.ts";
import { ADD_OWNED, DISOWN, DISOWN_ALL, JUMP, JUMP_FALSE, MOVE } from "./opcode.ts";

/** Would `node`, as an update of the accumulator, write in place? */
export function writesInPlace(emitter: Emitter, node: Node, place: Place): boolean {
  switch (node.kind) {
    case "pipe":
      return node.steps.some((step) => writesInPlace(emitter, step, place));
    case "if":
      return (
        emitter.isSingle(node.condition, place) &&
        (writesInPlace(emitter, node.whenTrue, place) || writesInPlace(emitter, node.otherwise, place))
      );
    case "binary":
      return node.operator === "+" && isAccumulator(emitter, node.left, place) && emitter.isSingle(node.right, place);
    case "update":
      return isOnePlace(emitter, node, place);
    case "binding":
      return node.patterns.length === 1 && emitter.isSingle(node.source, place) && writesInside(node.body);
    default:
      return false;
  }
}

/** The body of a binding sees more names than `place` has, so what it needs of them is decided when it is made. */
function writesInside(node: Node): boolean {
  switch (node.kind) {
    case "pipe":
      return node.steps.some((step) => writesInside(step));
    case "if":
      return writesInside(node.whenTrue) || writesInside(node.otherwise);
    case "binding":
      return writesInside(node.body);
    case "binary":
      return node.operator === "+";
    default:
      return node.kind === "update";
  }
}

function isAccumulator(emitter: Emitter, node: Node, place: Place): boolean {
  return node.kind === "identity" || writesInPlace(emitter, node, place);
}

/** Is the target `.a[k].b` with keys of one output each. */
function isOnePlace(emitter: Emitter, node: Update, place: Place): boolean {
  if (node.operator !== "|=" && !emitter.isSingle(node.value, place)) return false;
  let target = node.target;
  while (target.kind === "index" && !target.optional) {
    if (!emitter.isSingle(target.index, place)) return false;
    ({ target } = target);
  }
  return target.kind === "identity" && node.target.kind === "index";
}

/** The accumulator's registers: its value, and what of it may be written. */
interface Accumulator {
  readonly value: number;
  readonly owner: number;
}

/** Makes the update `node`; the register with the new accumulator. */
export function emitAccumulation(emitter: Emitter, node: Node, accumulator: Accumulator, place: Place): number {
  const { builder } = place;
  const { value, owner } = accumulator;
  if (node.kind === "identity") return value;
  if (!writesInPlace(emitter, node, place)) {
    builder.add(DISOWN, value, owner);
    return emitter.emit(node, value, place);
  }
  switch (node.kind) {
    case "pipe":
      return node.steps.reduce(
        (register, step) => emitAccumulation(emitter, step, { value: register, owner }, place),
        value,
      );
    case "if": {
      const output = builder.register();
      const otherwise = builder.add(JUMP_FALSE, emitter.emitAside(node.condition, value, place), 0);
      builder.add(MOVE, output, emitAccumulation(emitter, node.whenTrue, accumulator, place));
      const end = builder.add(JUMP, 0);
      builder.land(otherwise);
      builder.add(MOVE, output, emitAccumulation(emitter, node.otherwise, accumulator, place));
      builder.land(end);
      return output;
    }
    case "binding": {
      const source = emitReading(emitter, node.source, accumulator, place);
      const inside = emitPatterns(emitter, node.patterns, source, place);
      return emitAccumulation(emitter, node.body, accumulator, inside);
    }
    case "binary": {
      const right = emitReading(emitter, node.right, accumulator, place);
      const left = emitAccumulation(emitter, node.left, accumulator, place);
      const output = builder.register();
      builder.add(ADD_OWNED, output, left, right, owner);
      return output;
    }
    default: {
      const update = node as Update;
      const given = update.operator === "|=" ? -1 : emitReading(emitter, update.value, accumulator, place);
      const state = builder.register();
      builder.add(MOVE, state, value);
      return emitUpdateOf(emitter, update, { input: value, state, owner, value: given, addsInPlace: true }, place);
    }
  }
}

/** A filter of one output that looks at the accumulator: what it gives may be kept by anybody. */
function emitReading(emitter: Emitter, node: Node, { value, owner }: Accumulator, place: Place): number {
  const output = emitter.emitAside(node, value, place);
  if (ignoresInput(node)) return output;
  place.builder.add(isPart(node) ? DISOWN : DISOWN_ALL, output, owner);
  return output;
}

/** Is `node` a part of its input, found by one key after the other. */
function isPart(node: Node): boolean {
  let part = node;
  while (part.kind === "index") part = part.target;
  return part.kind === "identity";
}

/** Is the output the same for every input. */
function ignoresInput(node: Node): boolean {
  switch (node.kind) {
    case "literal":
    case "variable":
    case "location":
      return true;
    case "index":
      return ignoresInput(node.target) && ignoresInput(node.index);
    case "pipe":
      return ignoresInput(node.steps[0]!);
    case "negation":
      return ignoresInput(node.operand);
    case "binary":
    case "logical":
    case "alternative":
      return ignoresInput(node.left) && ignoresInput(node.right);
    case "if":
      return [node.condition, node.whenTrue, node.otherwise].every(ignoresInput);
    case "array":
      return node.body === null || (node.body.kind === "comma" ? node.body.branches : [node.body]).every(ignoresInput);
    case "object":
      return node.entries.every(({ key, value }) => ignoresInput(key) && ignoresInput(value));
    case "text":
      return node.parts.every((part) => typeof part === "string" || ignoresInput(part));
    case "iterate":
      return ignoresInput(node.target);
    default:
      return false;
  }
}
