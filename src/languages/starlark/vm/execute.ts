/**
 * The hot loop. Only what is frequent and small is written out here; everything else is a call of a small function, because V8
 * throws away the optimized code of a large function whenever a part of it first meets something new.
 */
import * as op from "../compile/opcode.ts";
import { Dict } from "../values/dict.ts";
import { List, Tuple, type Value } from "../values/value.ts";
import { enterCall, fiberParked, framePushed, tooDeep } from "./calls.ts";
import type { Fiber } from "./fiber.ts";
import { Cell, type Slot, StarlarkFunction } from "./function.ts";
import type { Loop } from "./loop.ts";
import * as slow from "./operators.ts";
import type { Progress, Vm } from "./vm.ts";

const maxSafe = Number.MAX_SAFE_INTEGER;

/** Runs a fiber until it returns, waits, or has used up the granted steps. Throws what the script or a limit raises. */
export function execute(vm: Vm, fiber: Fiber): Progress {
  let frame = fiber.top;
  let pc = frame.pc;
  let { fuel } = vm;
  const { depth: depthLimit } = vm.limits;
  try {
    for (;;) {
      // A frame was pushed, popped or completed: take up the one on top.
      frame = fiber.top;
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
          case op.MOVE:
            registers[base + code[pc + 1]!] = registers[base + code[pc + 2]!];
            pc += 3;
            break;
          case op.CONSTANT:
            registers[base + code[pc + 1]!] = constants[code[pc + 2]!];
            pc += 3;
            break;
          case op.CHECK_LOCAL:
            if (registers[base + code[pc + 1]!] === undefined) throw slow.unboundLocal(fn, code[pc + 1]!);
            pc += 2;
            break;
          case op.CLEAR:
            registers[base + code[pc + 1]!] = undefined;
            pc += 2;
            break;
          case op.NEW_CELL: {
            const at = base + code[pc + 1]!;
            registers[at] = new Cell(registers[at] as Value | undefined);
            pc += 2;
            break;
          }
          case op.GET_CELL: {
            const { value } = registers[base + code[pc + 2]!] as Cell;
            if (value === undefined) throw slow.unboundLocal(fn, code[pc + 2]!);
            registers[base + code[pc + 1]!] = value;
            pc += 3;
            break;
          }
          case op.SET_CELL: {
            const x = code[pc + 2]!;
            (registers[base + code[pc + 1]!] as Cell).value = (x >= 0 ? registers[base + x] : constants[~x]) as Value;
            pc += 3;
            break;
          }
          case op.GET_FREE: {
            const { value } = fn.cells[code[pc + 2]!]!;
            if (value === undefined) throw slow.unboundCapture(fn, code[pc + 2]!);
            registers[base + code[pc + 1]!] = value;
            pc += 3;
            break;
          }
          case op.GET_GLOBAL: {
            const value = globals[code[pc + 2]!];
            if (value === undefined) throw slow.unboundGlobal(fn, code[pc + 2]!);
            registers[base + code[pc + 1]!] = value;
            pc += 3;
            break;
          }
          case op.SET_GLOBAL: {
            const x = code[pc + 2]!;
            globals[code[pc + 1]!] = (x >= 0 ? registers[base + x] : constants[~x]) as Value;
            pc += 3;
            break;
          }
          case op.ADD:
          case op.ADD_IN_PLACE: {
            const a = registers[base + code[pc + 2]!];
            const x = code[pc + 3]!;
            const b = x >= 0 ? registers[base + x] : constants[~x];
            if (typeof a === "number" && typeof b === "number") {
              const sum = a + b;
              if (sum <= maxSafe && sum >= -maxSafe) {
                registers[base + code[pc + 1]!] = sum;
                pc += 4;
                break;
              }
            }
            vm.fuel = fuel;
            frame.pc = pc;
            registers[base + code[pc + 1]!] = slow.binary(vm, code[pc]!, a as Value, b as Value);
            fuel = vm.fuel;
            pc += 4;
            break;
          }
          case op.SUBTRACT: {
            const a = registers[base + code[pc + 2]!];
            const x = code[pc + 3]!;
            const b = x >= 0 ? registers[base + x] : constants[~x];
            if (typeof a === "number" && typeof b === "number") {
              const difference = a - b;
              if (difference <= maxSafe && difference >= -maxSafe) {
                registers[base + code[pc + 1]!] = difference;
                pc += 4;
                break;
              }
            }
            vm.fuel = fuel;
            frame.pc = pc;
            registers[base + code[pc + 1]!] = slow.binary(vm, op.SUBTRACT, a as Value, b as Value);
            fuel = vm.fuel;
            pc += 4;
            break;
          }
          case op.MULTIPLY: {
            const a = registers[base + code[pc + 2]!];
            const x = code[pc + 3]!;
            const b = x >= 0 ? registers[base + x] : constants[~x];
            if (typeof a === "number" && typeof b === "number") {
              const product = a * b;
              if (product <= maxSafe && product >= -maxSafe) {
                // An int is never -0.
                registers[base + code[pc + 1]!] = product + 0;
                pc += 4;
                break;
              }
            }
            vm.fuel = fuel;
            frame.pc = pc;
            registers[base + code[pc + 1]!] = slow.binary(vm, op.MULTIPLY, a as Value, b as Value);
            fuel = vm.fuel;
            pc += 4;
            break;
          }
          case op.MODULO: {
            const a = registers[base + code[pc + 2]!];
            const x = code[pc + 3]!;
            const b = x >= 0 ? registers[base + x] : constants[~x];
            if (typeof a === "number" && typeof b === "number" && b !== 0) {
              const remainder = a % b;
              const wrongSign = remainder !== 0 && remainder < 0 !== b < 0;
              registers[base + code[pc + 1]!] = wrongSign ? remainder + b : remainder + 0;
              pc += 4;
              break;
            }
            vm.fuel = fuel;
            frame.pc = pc;
            registers[base + code[pc + 1]!] = slow.binary(vm, op.MODULO, a as Value, b as Value);
            fuel = vm.fuel;
            pc += 4;
            break;
          }
          case op.DIVIDE:
          case op.FLOOR_DIVIDE:
          case op.BIT_AND:
          case op.BIT_OR:
          case op.BIT_XOR:
          case op.SHIFT_LEFT:
          case op.SHIFT_RIGHT:
          case op.IN:
          case op.NOT_IN:
          case op.OR_IN_PLACE: {
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
            break;
          }
          case op.EQUAL:
          case op.NOT_EQUAL:
          case op.LESS:
          case op.LESS_EQUAL:
          case op.GREATER:
          case op.GREATER_EQUAL: {
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
            break;
          }
          case op.NOT: {
            const a = registers[base + code[pc + 2]!];
            registers[base + code[pc + 1]!] = typeof a === "boolean" ? !a : !slow.truth(a as Value);
            pc += 3;
            break;
          }
          case op.JUMP:
            pc = code[pc + 1]!;
            break;
          case op.JUMP_IF: {
            const a = registers[base + code[pc + 1]!];
            if (a === true || (a !== false && slow.truth(a as Value))) pc = code[pc + 2]!;
            else pc += 3;
            break;
          }
          case op.JUMP_UNLESS: {
            const a = registers[base + code[pc + 1]!];
            if (a === true || (a !== false && slow.truth(a as Value))) pc += 3;
            else pc = code[pc + 2]!;
            break;
          }
          case op.JUMP_EQUAL: {
            const a = registers[base + code[pc + 1]!];
            const x = code[pc + 2]!;
            const b = x >= 0 ? registers[base + x] : constants[~x];
            let holds: boolean;
            if (typeof a !== "object" && typeof b !== "object") holds = a === b;
            else {
              vm.fuel = fuel;
              holds = slow.compares(vm, op.EQUAL, a as Value, b as Value);
              fuel = vm.fuel;
            }
            pc = holds ? code[pc + 3]! : pc + 4;
            break;
          }
          case op.JUMP_NOT_EQUAL: {
            const a = registers[base + code[pc + 1]!];
            const x = code[pc + 2]!;
            const b = x >= 0 ? registers[base + x] : constants[~x];
            let holds: boolean;
            if (typeof a !== "object" && typeof b !== "object") holds = a === b;
            else {
              vm.fuel = fuel;
              holds = slow.compares(vm, op.EQUAL, a as Value, b as Value);
              fuel = vm.fuel;
            }
            pc = holds ? pc + 4 : code[pc + 3]!;
            break;
          }
          case op.JUMP_LESS: {
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
            pc = holds ? code[pc + 3]! : pc + 4;
            break;
          }
          case op.JUMP_NOT_LESS: {
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
            pc = holds ? pc + 4 : code[pc + 3]!;
            break;
          }
          case op.JUMP_LESS_EQUAL:
          case op.JUMP_NOT_LESS_EQUAL:
          case op.JUMP_GREATER:
          case op.JUMP_NOT_GREATER:
          case op.JUMP_GREATER_EQUAL:
          case op.JUMP_NOT_GREATER_EQUAL: {
            const x = code[pc + 2]!;
            vm.fuel = fuel;
            const jumps = slow.jumps(
              vm,
              code[pc]!,
              registers[base + code[pc + 1]!] as Value,
              (x >= 0 ? registers[base + x] : constants[~x]) as Value,
            );
            fuel = vm.fuel;
            pc = jumps ? code[pc + 3]! : pc + 4;
            break;
          }
          case op.INDEX: {
            const a = registers[base + code[pc + 2]!];
            const x = code[pc + 3]!;
            const key = x >= 0 ? registers[base + x] : constants[~x];
            let element: Value | undefined;
            if (typeof key === "string") {
              if (a instanceof Dict) element = a.map.get(key);
            } else if (typeof key === "number") {
              if (a instanceof List || a instanceof Tuple) element = a.items[key < 0 ? key + a.items.length : key];
              else if (a instanceof Dict) element = a.map.get(key);
            }
            if (element === undefined) {
              vm.fuel = fuel;
              frame.pc = pc;
              element = slow.index(vm, a as Value, key as Value);
              fuel = vm.fuel;
            }
            registers[base + code[pc + 1]!] = element;
            pc += 4;
            break;
          }
          case op.SET_INDEX: {
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
            break;
          }
          case op.ATTRIBUTE:
            vm.fuel = fuel;
            frame.pc = pc;
            registers[base + code[pc + 1]!] = slow.attribute(
              vm,
              registers[base + code[pc + 2]!] as Value,
              constants[code[pc + 3]!] as string,
            );
            fuel = vm.fuel;
            pc += 4;
            break;
          case op.METHOD: {
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
            break;
          }
          case op.APPEND: {
            const x = code[pc + 2]!;
            vm.charge(8);
            (registers[base + code[pc + 1]!] as List).items.push(
              (x >= 0 ? registers[base + x] : constants[~x]) as Value,
            );
            pc += 3;
            break;
          }
          case op.NEXT: {
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
            if (element === undefined) pc += 4;
            else {
              registers[base + code[pc + 2]!] = element;
              pc = code[pc + 3]!;
            }
            break;
          }
          case op.CALL: {
            const first = base + code[pc + 1]! + 1;
            const callee = registers[first - 1];
            frame.pc = pc;
            if (callee instanceof StarlarkFunction && callee.code.plainArguments === code[pc + 2]) {
              if (fiber.depth >= depthLimit) throw tooDeep(depthLimit);
              fiber.push(callee, first);
              break frame;
            }
            vm.fuel = fuel;
            const entered = enterCall(vm, fiber, pc);
            fuel = vm.fuel;
            if (entered === framePushed) break frame;
            if (entered === fiberParked) {
              fiber.parked = true;
              return "waiting";
            }
            registers[base + code[pc + 3]!] = vm.result;
            pc += 4;
            break;
          }
          case op.CALL_METHOD: {
            frame.pc = pc;
            vm.fuel = fuel;
            const entered = enterCall(vm, fiber, pc);
            fuel = vm.fuel;
            if (entered === framePushed) break frame;
            if (entered === fiberParked) {
              fiber.parked = true;
              return "waiting";
            }
            registers[base + code[pc + 3]!] = vm.result;
            pc += 4;
            break;
          }
          case op.CALL_NAMED:
          case op.CALL_SPREAD: {
            frame.pc = pc;
            vm.fuel = fuel;
            const entered = enterCall(vm, fiber, pc);
            fuel = vm.fuel;
            if (entered === framePushed) break frame;
            if (entered === fiberParked) {
              fiber.parked = true;
              return "waiting";
            }
            registers[base + code[pc + 3]!] = vm.result;
            pc += code[pc] === op.CALL_NAMED ? 5 : 6;
            break;
          }
          case op.RETURN: {
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
            const opcode = calling[at]!;
            caller.pc = at + (opcode === op.CALL_NAMED ? 5 : opcode === op.CALL_SPREAD ? 6 : 4);
            break frame;
          }
          default:
            vm.fuel = fuel;
            frame.pc = pc;
            pc = slow.perform(vm, fiber, frame, pc);
            fuel = vm.fuel;
        }
      }
    }
  } catch (error) {
    frame.pc = pc;
    // What was called may have spent steps that the local counter does not know yet.
    if (fuel < vm.fuel) vm.fuel = fuel;
    throw error;
  }
}
