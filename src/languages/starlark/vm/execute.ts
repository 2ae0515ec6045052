/**
 * The hot loop. Only what is frequent and small is written out here; everything else is a call of a small function, because V8
 * throws away the optimized code of a large function whenever a part of it first meets something new.
 */
import * as op from "../compile/opcode.ts";
import { enterFromMachine, enterLoop } from "../jit/tier.ts";
import { Dict } from "../values/dict.ts";
import { List, plainTextLength, Tuple, type Value } from "../values/value.ts";
import { enterCall, fiberParked, framePushed, tooDeep } from "./calls.ts";
import type { Fiber } from "./fiber.ts";
import { Cell, type Slot, StarlarkFunction } from "./function.ts";
import type { Loop } from "./loop.ts";
import * as slow from "./operators.ts";
import type { Progress, Vm } from "./vm.ts";

const maxSafe = Number.MAX_SAFE_INTEGER;

/** In the place of the program counter while translated code runs, which notes its own in the frame. */
const outside = -2;

/** Runs a fiber until it returns, waits, or has used up the granted steps. Throws what the script or a limit raises. */
export function execute(vm: Vm, fiber: Fiber): Progress {
  let frame = fiber.top;
  let pc = frame.pc;
  /** Where the last jump came from. */
  let from = 0;
  let { fuel } = vm;
  const { depth: depthLimit } = vm.limits;
  try {
    if (pc === 0 && fiber.depth === 1 && vm.tier === "at-once") {
      pc = outside;
      const value = enterFromMachine(vm, fiber, frame);
      fuel = vm.fuel;
      if (value !== undefined) {
        vm.result = value;
        return "returned";
      }
      if (fiber.parked) return "waiting";
      frame = fiber.top;
    }
    for (;;) {
      // A frame was pushed or popped: take up the one on top.
      pc = frame.pc;
      const fn = frame.function;
      const { code } = fn.code;
      const { constants, globals } = fn.module;
      const { registers } = fiber;
      const { base } = frame;
      frame: for (;;) {
        if (--fuel < 0) {
          fuel++;
          frame.pc = pc;
          vm.fuel = fuel;
          return vm.outOfFuel();
        }
        switch (code[pc]) {
          case 0: // MOVE
            registers[base + code[pc + 1]!] = registers[base + code[pc + 2]!];
            pc += 3;
            continue;
          case 1: // CONSTANT
            registers[base + code[pc + 1]!] = constants[code[pc + 2]!];
            pc += 3;
            continue;
          case 2: // CHECK_LOCAL
            if (registers[base + code[pc + 1]!] === undefined) throw slow.unboundLocal(fn, code[pc + 1]!);
            pc += 2;
            continue;
          case 3: // CLEAR
            registers[base + code[pc + 1]!] = undefined;
            pc += 2;
            continue;
          case 4: {
            // NEW_CELL
            const at = base + code[pc + 1]!;
            registers[at] = new Cell(registers[at]);
            pc += 2;
            continue;
          }
          case 5: {
            // GET_CELL
            const { value } = registers[base + code[pc + 2]!] as Cell;
            if (value === undefined) throw slow.unboundLocal(fn, code[pc + 2]!);
            registers[base + code[pc + 1]!] = value;
            pc += 3;
            continue;
          }
          case 6: {
            // SET_CELL
            const x = code[pc + 2]!;
            (registers[base + code[pc + 1]!] as Cell).value = (x >= 0 ? registers[base + x] : constants[~x]) as Value;
            pc += 3;
            continue;
          }
          case 7: {
            // GET_FREE
            const { value } = fn.cells[code[pc + 2]!]!;
            if (value === undefined) throw slow.unboundCapture(fn, code[pc + 2]!);
            registers[base + code[pc + 1]!] = value;
            pc += 3;
            continue;
          }
          case 8: {
            // GET_GLOBAL
            const value = globals[code[pc + 2]!];
            if (value === undefined) throw slow.unboundGlobal(fn, code[pc + 2]!);
            registers[base + code[pc + 1]!] = value;
            pc += 3;
            continue;
          }
          case 9: {
            // SET_GLOBAL
            const x = code[pc + 2]!;
            globals[code[pc + 1]!] = (x >= 0 ? registers[base + x] : constants[~x]) as Value;
            pc += 3;
            continue;
          }
          case 12: // ADD
          case 25: {
            // ADD_IN_PLACE
            const a = registers[base + code[pc + 2]!];
            const x = code[pc + 3]!;
            const b = x >= 0 ? registers[base + x] : constants[~x];
            if (typeof a === "number" && typeof b === "number") {
              const sum = a + b;
              if (sum <= maxSafe && sum >= -maxSafe) {
                registers[base + code[pc + 1]!] = sum;
                pc += 4;
                continue;
              }
            }
            vm.fuel = fuel;
            frame.pc = pc;
            registers[base + code[pc + 1]!] = slow.binary(vm, code[pc]!, a as Value, b as Value);
            fuel = vm.fuel;
            pc += 4;
            continue;
          }
          case 13: {
            // SUBTRACT
            const a = registers[base + code[pc + 2]!];
            const x = code[pc + 3]!;
            const b = x >= 0 ? registers[base + x] : constants[~x];
            if (typeof a === "number" && typeof b === "number") {
              const difference = a - b;
              if (difference <= maxSafe && difference >= -maxSafe) {
                registers[base + code[pc + 1]!] = difference;
                pc += 4;
                continue;
              }
            }
            vm.fuel = fuel;
            frame.pc = pc;
            registers[base + code[pc + 1]!] = slow.binary(vm, op.SUBTRACT, a as Value, b as Value);
            fuel = vm.fuel;
            pc += 4;
            continue;
          }
          case 14: {
            // MULTIPLY
            const a = registers[base + code[pc + 2]!];
            const x = code[pc + 3]!;
            const b = x >= 0 ? registers[base + x] : constants[~x];
            if (typeof a === "number" && typeof b === "number") {
              const product = a * b;
              if (product <= maxSafe && product >= -maxSafe) {
                // An int is never -0.
                registers[base + code[pc + 1]!] = product + 0;
                pc += 4;
                continue;
              }
            }
            vm.fuel = fuel;
            frame.pc = pc;
            registers[base + code[pc + 1]!] = slow.binary(vm, op.MULTIPLY, a as Value, b as Value);
            fuel = vm.fuel;
            pc += 4;
            continue;
          }
          case 17: {
            // MODULO
            const a = registers[base + code[pc + 2]!];
            const x = code[pc + 3]!;
            const b = x >= 0 ? registers[base + x] : constants[~x];
            if (typeof a === "number" && typeof b === "number" && b !== 0) {
              const remainder = a % b;
              const wrongSign = remainder !== 0 && remainder < 0 !== b < 0;
              registers[base + code[pc + 1]!] = wrongSign ? remainder + b : remainder + 0;
              pc += 4;
              continue;
            }
            vm.fuel = fuel;
            frame.pc = pc;
            registers[base + code[pc + 1]!] = slow.binary(vm, op.MODULO, a as Value, b as Value);
            fuel = vm.fuel;
            pc += 4;
            continue;
          }
          case 15: // DIVIDE
          case 16: // FLOOR_DIVIDE
          case 18: // BIT_AND
          case 19: // BIT_OR
          case 20: // BIT_XOR
          case 21: // SHIFT_LEFT
          case 22: // SHIFT_RIGHT
          case 23: // IN
          case 24: // NOT_IN
          case 26: {
            // OR_IN_PLACE
            const x = code[pc + 3]!;
            vm.fuel = fuel;
            frame.pc = pc;
            registers[base + code[pc + 1]!] = slow.binary(
              vm,
              code[pc]!,
              registers[base + code[pc + 2]!] as Value,
              (x >= 0 ? registers[base + x] : constants[~x]) as Value,
            );
            fuel = vm.fuel;
            pc += 4;
            continue;
          }
          case 31: // EQUAL
          case 32: // NOT_EQUAL
          case 33: // LESS
          case 34: // LESS_EQUAL
          case 35: // GREATER
          case 36: {
            // GREATER_EQUAL
            const x = code[pc + 3]!;
            vm.fuel = fuel;
            frame.pc = pc;
            registers[base + code[pc + 1]!] = slow.compares(
              vm,
              code[pc]!,
              registers[base + code[pc + 2]!] as Value,
              (x >= 0 ? registers[base + x] : constants[~x]) as Value,
            );
            fuel = vm.fuel;
            pc += 4;
            continue;
          }
          case 30: {
            // NOT
            const a = registers[base + code[pc + 2]!];
            registers[base + code[pc + 1]!] = typeof a === "boolean" ? !a : !slow.truth(a as Value);
            pc += 3;
            continue;
          }
          case 37: // JUMP
            from = pc;
            pc = code[pc + 1]!;
            break;
          case 38: {
            // JUMP_IF
            const a = registers[base + code[pc + 1]!];
            if (a === false || (a !== true && !slow.truth(a as Value))) {
              pc += 3;
              continue;
            }
            from = pc;
            pc = code[pc + 2]!;
            break;
          }
          case 39: {
            // JUMP_UNLESS
            const a = registers[base + code[pc + 1]!];
            if (a === true || (a !== false && slow.truth(a as Value))) {
              pc += 3;
              continue;
            }
            from = pc;
            pc = code[pc + 2]!;
            break;
          }
          case 40: {
            // JUMP_EQUAL
            const a = registers[base + code[pc + 1]!];
            const x = code[pc + 2]!;
            const b = x >= 0 ? registers[base + x] : constants[~x];
            let holds: boolean;
            if (typeof a === "string" ? a.length <= plainTextLength : typeof a !== "object" && typeof b !== "object") {
              holds = a === b;
            } else {
              vm.fuel = fuel;
              holds = slow.compares(vm, op.EQUAL, a as Value, b as Value);
              fuel = vm.fuel;
            }
            from = pc;
            pc = holds ? code[pc + 3]! : pc + 4;
            break;
          }
          case 41: {
            // JUMP_NOT_EQUAL
            const a = registers[base + code[pc + 1]!];
            const x = code[pc + 2]!;
            const b = x >= 0 ? registers[base + x] : constants[~x];
            let holds: boolean;
            if (typeof a === "string" ? a.length <= plainTextLength : typeof a !== "object" && typeof b !== "object") {
              holds = a === b;
            } else {
              vm.fuel = fuel;
              holds = slow.compares(vm, op.EQUAL, a as Value, b as Value);
              fuel = vm.fuel;
            }
            from = pc;
            pc = holds ? pc + 4 : code[pc + 3]!;
            break;
          }
          case 42: {
            // JUMP_LESS
            const a = registers[base + code[pc + 1]!];
            const x = code[pc + 2]!;
            const b = x >= 0 ? registers[base + x] : constants[~x];
            let holds: boolean;
            if (typeof a === "number" && typeof b === "number") holds = a < b;
            else {
              vm.fuel = fuel;
              holds = slow.compares(vm, op.LESS, a as Value, b as Value);
              fuel = vm.fuel;
            }
            from = pc;
            pc = holds ? code[pc + 3]! : pc + 4;
            break;
          }
          case 43: {
            // JUMP_NOT_LESS
            const a = registers[base + code[pc + 1]!];
            const x = code[pc + 2]!;
            const b = x >= 0 ? registers[base + x] : constants[~x];
            let holds: boolean;
            if (typeof a === "number" && typeof b === "number") holds = a < b;
            else {
              vm.fuel = fuel;
              holds = slow.compares(vm, op.LESS, a as Value, b as Value);
              fuel = vm.fuel;
            }
            from = pc;
            pc = holds ? pc + 4 : code[pc + 3]!;
            break;
          }
          case 44: // JUMP_LESS_EQUAL
          case 45: // JUMP_NOT_LESS_EQUAL
          case 46: // JUMP_GREATER
          case 47: // JUMP_NOT_GREATER
          case 48: // JUMP_GREATER_EQUAL
          case 49: {
            // JUMP_NOT_GREATER_EQUAL
            const x = code[pc + 2]!;
            vm.fuel = fuel;
            const jumps = slow.jumps(
              vm,
              code[pc]!,
              registers[base + code[pc + 1]!] as Value,
              (x >= 0 ? registers[base + x] : constants[~x]) as Value,
            );
            fuel = vm.fuel;
            from = pc;
            pc = jumps ? code[pc + 3]! : pc + 4;
            break;
          }
          case 50: {
            // INDEX
            const a = registers[base + code[pc + 2]!];
            const x = code[pc + 3]!;
            const key = x >= 0 ? registers[base + x] : constants[~x];
            let element: Value | undefined;
            if (typeof key === "string") {
              if (a instanceof Dict && key.length <= plainTextLength) element = a.map.get(key);
            } else if (typeof key === "number") {
              if (a instanceof List || a instanceof Tuple) element = a.items[key < 0 ? key + a.items.length : key];
              else if (a instanceof Dict) element = a.get(key);
            }
            if (element === undefined) {
              vm.fuel = fuel;
              frame.pc = pc;
              element = slow.index(vm, a as Value, key as Value);
              fuel = vm.fuel;
            }
            registers[base + code[pc + 1]!] = element;
            pc += 4;
            continue;
          }
          case 51: {
            // SET_INDEX
            const x = code[pc + 2]!;
            const y = code[pc + 3]!;
            vm.fuel = fuel;
            frame.pc = pc;
            slow.setIndex(
              vm,
              registers[base + code[pc + 1]!] as Value,
              (x >= 0 ? registers[base + x] : constants[~x]) as Value,
              (y >= 0 ? registers[base + y] : constants[~y]) as Value,
            );
            fuel = vm.fuel;
            pc += 4;
            continue;
          }
          case 53: // ATTRIBUTE
            vm.fuel = fuel;
            frame.pc = pc;
            registers[base + code[pc + 1]!] = slow.attribute(
              vm,
              registers[base + code[pc + 2]!] as Value,
              constants[code[pc + 3]!] as string,
            );
            fuel = vm.fuel;
            pc += 4;
            continue;
          case 55: {
            // METHOD
            const a = registers[base + code[pc + 2]!] as Value;
            const at = base + code[pc + 1]!;
            const name = constants[code[pc + 3]!] as string;
            const method = slow.methodOf(a, name);
            if (method !== undefined) {
              registers[at] = method;
              registers[at + 1] = a;
            } else {
              vm.fuel = fuel;
              frame.pc = pc;
              registers[at] = slow.attribute(vm, a, name);
              registers[at + 1] = undefined;
              fuel = vm.fuel;
            }
            pc += 4;
            continue;
          }
          case 62: {
            // APPEND
            const x = code[pc + 2]!;
            vm.fuel = fuel;
            frame.pc = pc;
            vm.charge(8);
            fuel = vm.fuel;
            (registers[base + code[pc + 1]!] as List).items.push(
              (x >= 0 ? registers[base + x] : constants[~x]) as Value,
            );
            pc += 3;
            continue;
          }
          case 65: {
            // NEXT
            const loop = registers[base + code[pc + 1]!] as Loop;
            const { items, index } = loop;
            let element: Value | undefined;
            if (items !== null) {
              if (index < items.length) {
                element = items[index];
                loop.index = index + 1;
              }
            } else if (index < loop.count) {
              element = loop.start + index * loop.step;
              loop.index = index + 1;
            } else {
              element = loop.nextOfRest();
            }
            if (element === undefined) {
              pc += 4;
              continue;
            }
            registers[base + code[pc + 2]!] = element;
            from = pc;
            pc = code[pc + 3]!;
            break;
          }
          case 68: // CALL
          case 69: // CALL_METHOD
          case 70: // CALL_NAMED
          case 71: {
            // CALL_SPREAD
            frame.pc = pc;
            if (code[pc] === op.CALL) {
              const first = base + code[pc + 1]! + 1;
              const callee = registers[first - 1];
              if (callee instanceof StarlarkFunction && callee.code.plainArguments === code[pc + 2]) {
                if (fiber.depth >= depthLimit) throw tooDeep(depthLimit);
                fuel -= callee.code.callCost;
                const pushed = fiber.push(callee, first);
                if (callee.hot.entry === null && --vm.patience >= 0) {
                  frame = pushed;
                  break frame;
                }
                vm.fuel = fuel;
                const value = enterFromMachine(vm, fiber, pushed);
                fuel = vm.fuel;
                if (value === undefined) {
                  if (fiber.parked) return "waiting";
                  frame = fiber.top;
                  break frame;
                }
                registers[base + code[pc + 3]!] = value;
                pc += 4;
                continue;
              }
            }
            vm.fuel = fuel;
            const entered = enterCall(vm, fiber, pc);
            fuel = vm.fuel;
            if (entered === framePushed) {
              const value = enterFromMachine(vm, fiber, fiber.top);
              fuel = vm.fuel;
              if (value === undefined) {
                if (fiber.parked) return "waiting";
                frame = fiber.top;
                break frame;
              }
              vm.result = value;
            } else if (entered === fiberParked) {
              fiber.parked = true;
              return "waiting";
            }
            registers[base + code[pc + 3]!] = vm.result;
            pc += lengthOfCall(code[pc]!);
            continue;
          }
          case 72: {
            // RETURN
            const x = code[pc + 1]!;
            const value: Slot = x >= 0 ? registers[base + x] : constants[~x];
            const depth = --fiber.depth;
            if (depth === 0) {
              vm.fuel = fuel;
              vm.result = value as Value;
              return "returned";
            }
            const caller = fiber.frames[depth - 1]!;
            const calling = caller.function.code.code;
            const at = caller.pc;
            registers[caller.base + calling[at + 3]!] = value;
            frame = caller;
            frame.pc = at + lengthOfCall(calling[at]!);
            break frame;
          }
          default:
            vm.fuel = fuel;
            frame.pc = pc;
            pc = slow.perform(vm, fiber, frame, pc);
            fuel = vm.fuel;
            continue;
        }
        // After a jump. Where it goes back, a round of a loop begins.
        if (pc > from || (fn.hot.loops === null && --vm.patience >= 0)) continue;
        vm.fuel = fuel;
        from = pc;
        pc = outside;
        if (enterLoop(vm, fiber, frame, from)) {
          fuel = vm.fuel;
          if (fiber.parked) return "waiting";
          frame = fiber.top;
          break;
        }
        pc = from;
      }
    }
  } catch (error) {
    if (pc !== outside) frame.pc = pc;
    // What was called may have spent steps that the local counter does not know yet.
    if (fuel < vm.fuel) vm.fuel = fuel;
    throw error;
  }
}

/** How many words a call instruction takes. */
function lengthOfCall(opcode: number): number {
  return opcode === op.CALL_NAMED ? 5 : opcode === op.CALL_SPREAD ? 6 : 4;
}
