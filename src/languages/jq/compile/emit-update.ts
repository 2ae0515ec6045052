/** Assignments: a value or a filter's output for everything that a path expression points at. */
import { binaryOperators } from "../vm/operations.ts";
import type { BinaryOperator, Update } from "../syntax/tree.ts";
import type { Emitter, Place } from "./emitter.ts";
import {
  ADD_OWNED,
  BACKTRACK,
  BINARY,
  COLLECT,
  CUT,
  DELETE_PATH,
  DELETE_PATHS,
  FORK,
  JUMP,
  JUMP_FALSE,
  LOOK_PATH,
  MARK,
  MOVE,
  NEW_ARRAY,
  NEW_OWNER,
  PEEK_PATH,
  SET_PATH,
} from "./opcode.ts";

/** The registers of an update under way. */
interface Updating {
  readonly state: number;
  readonly owner: number;
  readonly path: number;
}

/** What an update begins with, in registers. */
export interface UpdateStart {
  /** What the path expression is evaluated with. */
  readonly input: number;
  /** What is changed, and which parts of it may be written in place. */
  readonly state: number;
  readonly owner: number;
  /** The right side, unless that is a filter. */
  readonly value: number;
  /** May `+=` append to a part that is owned? Only when no other path can lead there meanwhile. */
  readonly addsInPlace: boolean;
}

/** All assignments go through the paths and write into one accumulator. */
export function emitUpdate(emitter: Emitter, node: Update, input: number, place: Place): number {
  const { builder } = place;
  const value = node.operator === "|=" ? -1 : emitter.emitAside(node.value, input, place);
  const state = builder.register();
  const owner = builder.register();
  builder.add(MOVE, state, input);
  builder.add(NEW_OWNER, owner);
  return emitUpdateOf(emitter, node, { input, state, owner, value, addsInPlace: true }, place);
}

/** The same for a given accumulator. */
export function emitUpdateOf(emitter: Emitter, node: Update, start: UpdateStart, place: Place): number {
  const { builder } = place;
  const { state, owner } = start;
  const isFilter = node.operator === "|=";
  const deleted = builder.register();
  const output = builder.register();
  const deletesLater = isFilter && emitter.level !== "1.6";
  if (deletesLater) builder.add(NEW_ARRAY, deleted);
  const end = builder.add(FORK, 0);
  const path = emitter.emitPath(node.target, start.input, place);
  const updating = { state, owner, path };
  if (isFilter) emitFilter(emitter, node, updating, deletesLater ? deleted : -1, place);
  else emitValue(node, updating, start, place);
  builder.land(end);
  if (deletesLater) builder.add(DELETE_PATHS, output, state, deleted, owner);
  else builder.add(MOVE, output, state);
  return output;
}

/** `=`, `+=` … `//=`: the value is there already. */
function emitValue(
  node: Update,
  { state, owner, path }: Updating,
  { value, addsInPlace }: UpdateStart,
  { builder }: Place,
): void {
  let result = value;
  if (node.operator === "+=" && addsInPlace) {
    result = builder.register();
    builder.add(LOOK_PATH, result, state, path);
    builder.add(ADD_OWNED, result, result, value, owner);
  } else if (node.operator !== "=") {
    result = builder.register();
    builder.add(PEEK_PATH, result, state, path, owner);
    if (node.operator === "//=") {
      const replace = builder.add(JUMP_FALSE, result, 0);
      const keep = builder.add(JUMP, 0);
      builder.land(replace);
      builder.add(MOVE, result, value);
      builder.land(keep);
    } else {
      const operator = node.operator.slice(0, -1) as BinaryOperator;
      builder.add(BINARY, result, result, value, binaryOperators.indexOf(operator));
    }
  }
  builder.add(SET_PATH, state, state, path, result, owner);
  builder.add(BACKTRACK);
}

/** `|=`: the first output replaces what is there; without one it is deleted, at once in jq 1.6, at the end later. */
function emitFilter(
  emitter: Emitter,
  node: Update,
  { state, owner, path }: Updating,
  deleted: number,
  place: Place,
): void {
  const { builder } = place;
  const current = builder.register();
  const mark = builder.register();
  builder.add(PEEK_PATH, current, state, path, owner);
  builder.add(MARK, mark);
  const none = builder.add(FORK, 0);
  const result = emitter.emitAside(node.value, current, place);
  builder.add(SET_PATH, state, state, path, result, owner);
  builder.add(CUT, mark);
  builder.add(BACKTRACK);
  builder.land(none);
  if (deleted >= 0) {
    builder.add(COLLECT, deleted, path);
    return;
  }
  builder.add(DELETE_PATH, state, state, path, owner);
  builder.add(BACKTRACK);
}
