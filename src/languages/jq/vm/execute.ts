/** The hot loop: one instruction after the other until there is an output, an end, or no budget. */
import { JqError, JqLimitError } from "../errors.ts";
import { arrayBytes } from "../library/contract.ts";
import { negate } from "../library/arithmetic.ts";
import { failOn } from "../library/fail.ts";
import { getPath, index, slice } from "../library/paths.ts";
import { isTruthy, type Value } from "../value.ts";
import { levelOf } from "./descent.ts";
import { checkEach, followIndex, followPath, followSlice } from "./follow.ts";
import {
  BREAKABLE,
  CATCH,
  DESCENT,
  ELEMENTS,
  Filter,
  Frame,
  MEMBERS,
  NUMBERS,
  PASS,
  PLAIN,
  type Register,
} from "./frame.ts";
import { addOwned, deletePathOwned, deletePathsOwned, disown, disownAll, peekPath, setPathOwned } from "./in-place.ts";
import type { Machine } from "./machine.ts";
import { frameBytes } from "./memory.ts";
import {
  binaryOperations,
  checkKey,
  indexOrNothing,
  join,
  newObject,
  noPath,
  notIterable,
  sliceOrNothing,
} from "./operations.ts";
import { isSame, pathKeys, PathNode } from "./path.ts";

/** How a stretch of execution ended; an output is `machine.value`. */
export type Ending = "running" | "value" | "done" | { readonly error: JqError };

/** Runs `machine` until something is to be told. After an output, backtrack before the next call. */
export function execute(machine: Machine): Ending {
  for (;;) {
    try {
      return run(machine);
    } catch (error) {
      if (!(error instanceof JqError)) throw hostLimit(error);
      if (error instanceof HaltError) return { error };
      const raised = machine.raise(error.value);
      if (raised !== "resumed") return raised === "uncaught" ? { error } : "done";
    }
  }
}

/** Carries `halt_error` past every `try`. */
class HaltError extends JqError {
  readonly status: number;

  constructor(value: Value, status: number) {
    super(value);
    this.status = status;
  }
}

/** What the host says when values are deeper or longer than it can take. */
function hostLimit(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  if (error.message.includes("call stack")) return new JqLimitError("depth", "values are nested too deeply");
  return new JqLimitError("bytes", "a text or an array is longer than the host can make");
}

function run(machine: Machine): Ending {
  const { image, forks } = machine;
  const { codes, constants, natives, shortcuts, shortcutSteps } = image;
  let { frame, pc } = machine;
  let r: Register[] = frame.registers;
  let code = frame.instructions;

  for (;;) {
    if (++machine.steps > machine.pauseAt) {
      machine.frame = frame;
      machine.pc = pc;
      if (!machine.mayGoOn()) {
        machine.steps--;
        return "running";
      }
    }
    let backtracks = false;
    switch (code[pc]) {
      case 0: // MOVE
        r[code[pc + 1]!] = r[code[pc + 2]!];
        pc += 3;
        continue;
      case 1: {
        // TAKE
        const from = code[pc + 2]!;
        r[code[pc + 1]!] = r[from];
        r[from] = null;
        pc += 3;
        continue;
      }
      case 2: // CONSTANT
        r[code[pc + 1]!] = constants[code[pc + 2]!];
        pc += 3;
        continue;
      case 3: // OUTER
        r[code[pc + 1]!] = outwards(frame, code[pc + 2]!).registers[code[pc + 3]!];
        pc += 4;
        continue;
      case 4: // FORK
        machine.frame = frame;
        machine.fork(PLAIN, code[pc + 1]!);
        pc += 2;
        continue;
      case 5: // JUMP
        pc = code[pc + 1]!;
        continue;
      case 6: // JUMP_FALSE
        pc = isTruthy(r[code[pc + 1]!] as Value) ? pc + 3 : code[pc + 2]!;
        continue;
      case 7: // BACKTRACK
        backtracks = true;
        break;
      case 8: // YIELD
        machine.value = r[code[pc + 1]!] as Value;
        return "value";
      case 9: {
        // INDEX
        const a = r[code[pc + 2]!] as Value;
        const key = r[code[pc + 3]!] as Value;
        let value: Value | undefined;
        if (machine.path !== null) value = optionally(code[pc + 4]!, followIndex, machine, a, key);
        else if (typeof key === "string" && a instanceof Map) value = a.get(key) ?? null;
        else value = code[pc + 4] === 0 ? index(machine, a, key) : indexOrNothing(machine, a, key);
        if (value === undefined) {
          backtracks = true;
          break;
        }
        r[code[pc + 1]!] = value;
        pc += 5;
        continue;
      }
      case 10: {
        // SLICE
        const a = r[code[pc + 2]!] as Value;
        const from = r[code[pc + 3]!] as Value;
        const to = r[code[pc + 4]!] as Value;
        let value: Value | undefined;
        if (machine.path !== null)
          value = optionally(code[pc + 5]!, (m, x) => followSlice(m, x, from, to), machine, a, null);
        else value = code[pc + 5] === 0 ? slice(machine, a, from, to) : sliceOrNothing(machine, a, from, to);
        if (value === undefined) {
          backtracks = true;
          break;
        }
        r[code[pc + 1]!] = value;
        pc += 6;
        continue;
      }
      case 11: {
        // EACH
        const a = r[code[pc + 2]!] as Value;
        machine.frame = frame;
        if (typeof a !== "object" || a === null) {
          if (code[pc + 3] === 0)
            throw machine.path !== null && !isSame(a, machine.pathValue) ? pathError(machine, a) : notIterable(a);
          backtracks = true;
          break;
        }
        if (machine.path !== null) checkEach(machine, a);
        beginEach(machine, a, code[pc + 1]!, pc + 4);
        backtracks = true;
        break;
      }
      case 12: {
        // RECURSE
        const a = r[code[pc + 2]!] as Value;
        machine.frame = frame;
        if (machine.path !== null) checkEach(machine, a);
        const level = levelOf(a, machine.path);
        if (level !== undefined) {
          const fork = machine.fork(DESCENT, pc + 3);
          fork.register = code[pc + 1]!;
          fork.source = [level];
        }
        r[code[pc + 1]!] = a;
        pc += 3;
        continue;
      }
      case 13: {
        // RANGE
        const from = r[code[pc + 2]!];
        const to = r[code[pc + 3]!];
        if (typeof from !== "number" || typeof to !== "number") throw new JqError("Range bounds must be numeric");
        machine.frame = frame;
        const fork = machine.fork(NUMBERS, pc + 4);
        fork.register = code[pc + 1]!;
        fork.source = to;
        fork.position = from;
        backtracks = true;
        break;
      }
      case 14: {
        // GET_PATH
        const a = r[code[pc + 2]!] as Value;
        const path = r[code[pc + 3]!] as Value;
        r[code[pc + 1]!] = machine.path === null ? getPath(machine, a, path) : followPath(machine, a, path);
        pc += 4;
        continue;
      }
      case 15: // BINARY
        r[code[pc + 1]!] = binaryOperations[code[pc + 4]!]!(
          machine,
          r[code[pc + 2]!] as Value,
          r[code[pc + 3]!] as Value,
        );
        pc += 5;
        continue;
      case 16: // NEGATE
        r[code[pc + 1]!] = negate(r[code[pc + 2]!] as Value);
        pc += 3;
        continue;
      case 17: // TRUTH
        r[code[pc + 1]!] = isTruthy(r[code[pc + 2]!] as Value);
        pc += 3;
        continue;
      case 18: // JOIN
        r[code[pc + 1]!] = join(machine, values(r, code, pc + 2));
        pc += 3 + code[pc + 2]!;
        continue;
      case 19: // NEW_ARRAY
        r[code[pc + 1]!] = [];
        machine.allocate(arrayBytes(0));
        pc += 2;
        continue;
      case 20: // COLLECT
        (r[code[pc + 1]!] as Value[]).push(r[code[pc + 2]!] as Value);
        machine.allocate(8);
        backtracks = true;
        break;
      case 21: // CHECK_KEY
        checkKey(r[code[pc + 1]!] as Value);
        pc += 2;
        continue;
      case 22: // OBJECT
        r[code[pc + 1]!] = newObject(machine, values(r, code, pc + 2));
        pc += 3 + code[pc + 2]!;
        continue;
      case 23: {
        // NATIVE
        const count = code[pc + 3]!;
        const { call } = natives[code[pc + 2]!]!;
        const input = r[code[pc + 4]!] as Value;
        let value: Value;
        if (count === 0) value = call(machine, input);
        else if (count === 1) value = call(machine, input, r[code[pc + 5]!] as Value);
        else value = call(machine, input, ...values(r, code, pc + 3, pc + 5));
        r[code[pc + 1]!] = value;
        pc += 5 + count;
        continue;
      }
      case 24: {
        // CALL
        const filters = code[pc + 5]!;
        const hops = code[pc + 2]!;
        const callee = new Frame(
          codes[code[pc + 3]!]!,
          hops < 0 ? null : outwards(frame, hops),
          frame,
          pc + 6 + 2 * filters,
          code[pc + 1]!,
        );
        callee.registers[0] = r[code[pc + 4]!];
        if (filters > 0) giveFilters(machine, frame, callee, pc + 5);
        enter(machine, callee);
        frame = callee;
        r = frame.registers;
        code = frame.instructions;
        pc = 0;
        continue;
      }
      case 25: {
        // TAIL_CALL
        const hops = code[pc + 1]!;
        const callee = new Frame(
          codes[code[pc + 2]!]!,
          hops < 0 ? null : outwards(frame, hops),
          frame.caller,
          frame.returnTo,
          frame.returnRegister,
        );
        callee.registers[0] = r[code[pc + 3]!];
        giveFilters(machine, frame, callee, pc + 4);
        enter(machine, callee);
        frame = callee;
        r = frame.registers;
        code = frame.instructions;
        pc = 0;
        continue;
      }
      case 26: {
        // CALL_FILTER
        const filter = outwards(frame, code[pc + 2]!).registers[code[pc + 3]!] as Filter;
        const callee = new Frame(filter.code, filter.frame, frame, pc + 5, code[pc + 1]!);
        callee.registers[0] = r[code[pc + 4]!];
        enter(machine, callee);
        frame = callee;
        r = frame.registers;
        code = frame.instructions;
        pc = 0;
        continue;
      }
      case 27: {
        // TAIL_CALL_FILTER
        const filter = outwards(frame, code[pc + 1]!).registers[code[pc + 2]!] as Filter;
        const callee = new Frame(filter.code, filter.frame, frame.caller, frame.returnTo, frame.returnRegister);
        callee.registers[0] = r[code[pc + 3]!];
        enter(machine, callee);
        frame = callee;
        r = frame.registers;
        code = frame.instructions;
        pc = 0;
        continue;
      }
      case 28: {
        // RETURN
        const value = r[code[pc + 1]!];
        pc = frame.returnTo;
        const register = frame.returnRegister;
        frame = frame.caller!;
        r = frame.registers;
        code = frame.instructions;
        r[register] = value;
        continue;
      }
      case 29: {
        // TRY
        machine.frame = frame;
        machine.fork(CATCH, code[pc + 2]!).register = code[pc + 1]!;
        pc += 3;
        continue;
      }
      case 30: {
        // TRY_END
        const mark = r[code[pc + 1]!] as number;
        if (forks.length === mark + 1) {
          forks.length = mark;
        } else {
          machine.frame = frame;
          machine.fork(PASS, 0).position = mark;
        }
        pc += 2;
        continue;
      }
      case 31: {
        // LABEL
        machine.frame = frame;
        const label = machine.newLabel();
        machine.fork(BREAKABLE, 0).source = label;
        r[code[pc + 1]!] = label;
        pc += 2;
        continue;
      }
      case 32: {
        // RAISE
        const error = r[code[pc + 1]!] as Value;
        const raised = machine.raise(error);
        if (raised !== "resumed") return raised === "uncaught" ? { error: new JqError(error) } : "done";
        frame = machine.frame;
        pc = machine.pc;
        r = frame.registers;
        code = frame.instructions;
        continue;
      }
      case 33: // MARK
        r[code[pc + 1]!] = forks.length;
        pc += 2;
        continue;
      case 34: // CUT
        forks.length = r[code[pc + 1]!] as number;
        pc += 2;
        continue;
      case 35: {
        // PATH_BEGIN
        const kept = code[pc + 1]!;
        r[kept] = machine.path;
        r[kept + 1] = machine.pathValue;
        machine.path = new PathNode(null, null);
        machine.pathValue = r[code[pc + 2]!] as Value;
        pc += 3;
        continue;
      }
      case 36: {
        // PATH_END
        const kept = code[pc + 2]!;
        const value = r[code[pc + 3]!] as Value;
        if (!isSame(value, machine.pathValue)) throw noPath(value);
        const keys = pathKeys(machine.path!);
        machine.allocate(arrayBytes(keys.length));
        r[code[pc + 1]!] = keys;
        machine.path = r[kept] as PathNode | null;
        machine.pathValue = r[kept + 1] as Value;
        pc += 4;
        continue;
      }
      case 37: // ASIDE_BEGIN
        r[code[pc + 1]!] = machine.path;
        machine.path = null;
        pc += 2;
        continue;
      case 38: // ASIDE_END
        machine.path = r[code[pc + 1]!] as PathNode | null;
        pc += 2;
        continue;
      case 39: // SET_PATH
        r[code[pc + 1]!] = setPathOwned(
          machine,
          r[code[pc + 5]!] as Set<object>,
          r[code[pc + 2]!] as Value,
          r[code[pc + 3]!] as Value,
          r[code[pc + 4]!] as Value,
        );
        pc += 6;
        continue;
      case 40: // DELETE_PATH
        r[code[pc + 1]!] = deletePathOwned(
          machine,
          r[code[pc + 4]!] as Set<object>,
          r[code[pc + 2]!] as Value,
          r[code[pc + 3]!] as Value,
        );
        pc += 5;
        continue;
      case 41: // PEEK_PATH
        r[code[pc + 1]!] = peekPath(
          machine,
          r[code[pc + 4]!] as Set<object>,
          r[code[pc + 2]!] as Value,
          r[code[pc + 3]!] as Value,
        );
        pc += 5;
        continue;
      case 42: // NEW_OWNER
        r[code[pc + 1]!] = new Set<object>();
        pc += 2;
        continue;
      case 43: {
        // SHORTCUT
        if (machine.path !== null) {
          pc += 5;
          continue;
        }
        machine.steps += shortcutSteps[code[pc + 3]!]!;
        const value = shortcuts[code[pc + 3]!]!(machine, frame, r[code[pc + 2]!] as Value);
        if (value === undefined) {
          backtracks = true;
          break;
        }
        r[code[pc + 1]!] = value;
        pc = code[pc + 4]!;
        continue;
      }
      case 44: {
        // DIRECT
        machine.steps += shortcutSteps[code[pc + 3]!]!;
        const value = shortcuts[code[pc + 3]!]!(machine, frame, r[code[pc + 2]!] as Value);
        if (value === undefined) {
          backtracks = true;
          break;
        }
        r[code[pc + 1]!] = value;
        pc += 4;
        continue;
      }
      case 45: {
        // INPUT
        const next = machine.options.inputs?.next();
        if (next === undefined || next.done === true) throw new JqError("break");
        r[code[pc + 1]!] = next.value;
        pc += 2;
        continue;
      }
      case 46: // REPORT
        machine.options.report?.(code[pc + 2] === 0 ? "debug" : "stderr", r[code[pc + 1]!] as Value);
        pc += 3;
        continue;
      case 47: {
        // HALT
        if (code[pc + 1]! < 0) {
          forks.length = 0;
          machine.halted = { status: 0 };
          return "done";
        }
        const status = r[code[pc + 2]!] as Value;
        if (typeof status !== "number") failOn(r[code[pc + 1]!] as Value, "halt_error/1: number required");
        machine.halted = { status };
        return { error: new HaltError(r[code[pc + 1]!] as Value, status) };
      }
      case 48: // ADD_OWNED
        r[code[pc + 1]!] = addOwned(
          machine,
          r[code[pc + 4]!] as Set<object>,
          r[code[pc + 2]!] as Value,
          r[code[pc + 3]!] as Value,
        );
        pc += 5;
        continue;
      case 49: // DISOWN
        disown(r[code[pc + 2]!] as Set<object>, r[code[pc + 1]!] as Value);
        pc += 3;
        continue;
      case 50: // DISOWN_ALL
        disownAll(r[code[pc + 2]!] as Set<object>, r[code[pc + 1]!] as Value);
        pc += 3;
        continue;
      case 51: // DELETE_PATHS
        r[code[pc + 1]!] = deletePathsOwned(
          machine,
          r[code[pc + 4]!] as Set<object>,
          r[code[pc + 2]!] as Value,
          r[code[pc + 3]!] as Value,
        );
        pc += 5;
        continue;
      case 52: // LOOK_PATH
        r[code[pc + 1]!] = getPath(machine, r[code[pc + 2]!] as Value, r[code[pc + 3]!] as Value);
        pc += 4;
        continue;
      default:
        throw new Error(`no instruction ${code[pc]} at ${pc} of ${frame.code.name}`);
    }
    if (backtracks) {
      if (!machine.backtrack()) return "done";
      frame = machine.frame;
      pc = machine.pc;
      r = frame.registers;
      code = frame.instructions;
    }
  }
}

function outwards(frame: Frame, hops: number): Frame {
  let outer = frame;
  for (let hop = hops; hop > 0; hop--) outer = outer.outer!;
  return outer;
}

/** The values in the registers listed at `start`, behind their count at `count`. */
function values(r: readonly Register[], code: readonly number[], count: number, start = count + 1): Value[] {
  const found: Value[] = [];
  for (let place = start; place < start + code[count]!; place++) found.push(r[code[place]!] as Value);
  return found;
}

/** Filters for `callee`, listed behind their count at `count` in the code of `frame`. */
function giveFilters(machine: Machine, frame: Frame, callee: Frame, count: number): void {
  const code = frame.instructions;
  for (let place = count + 1, register = 1; register <= code[count]!; place += 2, register++) {
    const hops = code[place]!;
    callee.registers[register] =
      hops < 0
        ? new Filter(machine.image.codes[code[place + 1]!]!, frame)
        : outwards(frame, hops).registers[code[place + 1]!];
  }
}

function enter(machine: Machine, callee: Frame): void {
  if (callee.depth > machine.limits.depth) {
    throw new JqLimitError("depth", `more than ${machine.limits.depth} calls inside each other`);
  }
  machine.allocate(frameBytes(callee.registers.length));
}

/** Puts the way through `a` on the stack of forks, from where the first element is fetched like all others. */
function beginEach(machine: Machine, a: Value[] | Map<string, Value>, register: number, to: number): void {
  if (Array.isArray(a)) {
    if (a.length === 0) return;
    const fork = machine.fork(ELEMENTS, to);
    fork.register = register;
    fork.source = a;
  } else {
    const fork = machine.fork(MEMBERS, to);
    fork.register = register;
    fork.source = a.entries();
  }
}

/** A step on a path, `undefined` for an error where `n` is 1. */
function optionally(
  n: number,
  follow: (machine: Machine, a: Value, key: Value) => Value,
  machine: Machine,
  a: Value,
  key: Value,
): Value | undefined {
  if (n === 0) return follow(machine, a, key);
  try {
    return follow(machine, a, key);
  } catch (error) {
    if (error instanceof JqError) return undefined;
    throw error;
  }
}

function pathError(machine: Machine, a: Value): JqError {
  try {
    checkEach(machine, a);
  } catch (error) {
    if (error instanceof JqError) return error;
    throw error;
  }
  return notIterable(a);
}
