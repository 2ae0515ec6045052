/**
 * From a function's bytecode, or that of one loop in it, to JavaScript.
 *
 * The text holds nothing of a script's text: names of variables are numbers, constants are referred to by index, and only small
 * integers are written out. It sees its parameters and no global of the host.
 */
import * as op from "../compile/opcode.ts";
import { type FunctionCode, liveRegistersAt } from "../compile/code.ts";
import type { Value } from "../values/value.ts";
import type { Fiber, Frame } from "../vm/fiber.ts";
import { Blocks } from "./blocks.ts";
import { writeComparingJump } from "./arithmetic.ts";
import { maxDirectArguments } from "./calls.ts";
import { writeNext } from "./containers.ts";
import { unitFlow, writeFlow } from "./flow.ts";
import { writeInstruction } from "./instructions.ts";
import { RegisterState } from "./register-state.ts";
import { type UnitSource, UnitWriter } from "./unit-writer.ts";
import type { ModuleInstance, StarlarkFunction } from "../vm/function.ts";
import type { Vm } from "../vm/vm.ts";

/**
 * A translated function, called with the values of its parameters. `frame` is null while the call has no frame on the fiber.
 * Answers undefined when the machine has to go on with the fiber's top frame, or the fiber waits.
 */
// oxlint-disable-next-line eslint/max-params -- what is handed over as such need not be allocated
export type DirectCall = (
  vm: Vm,
  fiber: Fiber,
  called: StarlarkFunction,
  base: number,
  frame: Frame | null,
  ...args: (Value | undefined)[]
) => Value | undefined;

/** A unit entered from the machine: the frame is on the fiber, its registers are in it. As `DirectCall` otherwise. */
export type Entry = (vm: Vm, fiber: Fiber, frame: Frame) => Value | undefined;

export interface Unit {
  enter: Entry;
  /** undefined for a loop, and for functions of too many parameters. */
  direct: DirectCall | undefined;
  /** Characters of its text. */
  size: number;
}

/** Units that would be larger are left to the machine. */
const maxWords = 4000;
const maxBlocks = 300;
const maxRegisters = 100;
export const maxCharacters = 100_000;
/** Of the texts that are tried on the way. */
const maxWritten = 5 * maxCharacters;

const makeFunction = Function;

/** Translates a unit; undefined when it is too large. Throws when the host does not make code from text. */
export function translate(source: UnitSource, runtime: Readonly<Record<string, unknown>>): Unit | undefined {
  const text = unitText(source, runtime);
  if (text === undefined) return undefined;
  const make = makeFunction("V", "K", "S", text.body) as (
    runtime: unknown,
    constants: readonly Value[],
    sites: readonly unknown[],
  ) => { enter: Entry; direct?: DirectCall };
  const { enter, direct } = make(runtime, source.constants, text.sites);
  return { enter, direct, size: text.body.length };
}

/** What a function of a module is translated from. */
export function sourceOf(module: ModuleInstance, code: FunctionCode, loopAt: number | undefined): UnitSource {
  const { constants, globals } = module;
  return { code, constants, names: module.code.constants, globals, loopAt };
}

/** Whether nothing of a function is translated. */
export function isTooLarge(code: FunctionCode): boolean {
  return code.code.length > maxWords || code.registers > maxRegisters;
}

/** The text of a unit, for `translate` and for tests that look at it. */
export function unitText(
  source: UnitSource,
  runtime: Readonly<Record<string, unknown>>,
): { body: string; sites: readonly unknown[] } | undefined {
  const { code } = source;
  const blocks = new Blocks(code.code);
  const flow = unitFlow(blocks, source.loopAt);
  if (flow === undefined || flow.order.length > maxBlocks) return undefined;
  const w = new UnitWriter(source, blocks, flow);
  const starts = blockStates(w);
  if (starts === undefined) return undefined;
  const statements = writeFlow(w.flow, { block: (block, go) => writeBlock(w, block, starts.get(block)!, go) });
  const body = wrapped(w, statements, runtime);
  return body.length > maxCharacters ? undefined : { body, sites: w.sites };
}

/** What is known where each block begins: written again and again until nothing changes; undefined when that is too much. */
function blockStates(w: UnitWriter): Map<number, RegisterState> | undefined {
  const states = new Map([[w.flow.entry, entryState(w)]]);
  let written = 0;
  for (let changed = true; changed;) {
    changed = false;
    for (const block of w.flow.order) {
      const text = writeBlock(w, block, states.get(block)!, (successor) => {
        const known = states.get(successor);
        if (known === undefined) states.set(successor, w.state.copy());
        if (known === undefined || known.join(w.state)) changed = true;
        return "";
      });
      written += text.length;
      if (written > maxWritten) return undefined;
    }
  }
  return states;
}

function entryState(w: UnitWriter): RegisterState {
  if (w.isLoop) return new RegisterState([], [], true);
  const parameters = Array.from({ length: w.source.code.parameterCount }, (_, i) => i);
  return new RegisterState(parameters, [], false);
}

function writeBlock(w: UnitWriter, block: number, start: RegisterState, go: (successor: number) => string): string {
  const { instructions } = w.blocks.all[block]!;
  const count = instructions.length;
  w.state = start.copy();
  let text = `if((f-=${count})<0){${w.leaveTo(instructions[0]!, `f+${count}`)}}`;
  instructions.forEach((pc, i) => {
    w.pc = pc;
    w.rest = count - 1 - i;
    if (i < count - 1 || !endsBlock(w.code[pc]!)) text += writeInstruction(w);
  });
  const last = instructions.at(-1)!;
  return text + (endsBlock(w.code[last]!) ? writeEnd(w, block, go) : goTo(w, block, 0, go));
}

function endsBlock(opcode: number): boolean {
  return (opcode >= op.JUMP && opcode <= op.JUMP_NOT_GREATER_EQUAL) || opcode === op.NEXT || opcode === op.RETURN;
}

function writeEnd(w: UnitWriter, block: number, go: (successor: number) => string): string {
  const opcode = w.code[w.pc]!;
  if (opcode === op.RETURN) return writeReturn(w);
  if (opcode === op.JUMP) return goTo(w, block, 0, go);
  const { before, jumps } = writeCondition(w, opcode);
  const state = w.state;
  const taken = goTo(w, block, 0, go);
  w.state = state;
  return `${before}if(${jumps}){${taken}}else{${goTo(w, block, 1, go)}}`;
}

function writeCondition(w: UnitWriter, opcode: number): { before: string; jumps: string } {
  if (opcode === op.NEXT) return writeNext(w);
  if (opcode > op.JUMP_UNLESS) return writeComparingJump(w);
  const a = `r${w.operand(1)}`;
  const holds = `${a}===true||${a}!==false&&truth(${a})`;
  return { before: "", jumps: opcode === op.JUMP_IF ? holds : `!(${holds})` };
}

/** Goes on with a successor of the block, in this unit or in the machine. */
function goTo(w: UnitWriter, block: number, which: number, go: (successor: number) => string): string {
  const successor = w.blocks.all[block]!.successors[which]!;
  if (w.flow.successors(block).includes(successor)) return go(successor);
  return w.leaveTo(w.blocks.all[successor]!.instructions[0]!, "f");
}

function writeReturn(w: UnitWriter): string {
  if (w.isLoop) return w.leave();
  const pop = w.state.pushed ? "fiber.depth--;" : "if(fr!==null)fiber.depth--;";
  return `${pop}vm.fuel=f;return ${w.value(w.operand(1))};`;
}

/** The statements as a function, and the function that the machine enters by. */
function wrapped(w: UnitWriter, statements: string, runtime: Readonly<Record<string, unknown>>): string {
  const { code } = w.source;
  const { parameterCount } = code;
  // The value of an expression statement, which nobody uses, may go to the register after the last.
  const registerCount = code.registers + 1;
  const parameters = Array.from({ length: parameterCount }, (_, i) => `,r${i}`).join("");
  const constants = [...w.usedConstants].map((k) => `const k${k}=K[${k}];`).join("");
  const sites = w.sites.map((_, i) => `const s${i}=S[${i}];`).join("");
  const head = `"use strict";const {${Object.keys(runtime).join(",")}}=V;${constants}${sites}`;
  const shared = "const R=fiber.registers;const G=fn.module.globals;let f=vm.fuel,t,u,v;";
  if (w.isLoop) {
    const live = liveRegistersAt(code, w.source.loopAt!);
    const registers = Array.from({ length: registerCount }, (_, i) => (i < live ? `r${i}=R[b+${i}]` : `r${i}`));
    const variables = `let ${registers.join(",")};`;
    return `${head}return{enter(vm,fiber,fr){const b=fr.base,fn=fr.function;${shared}${variables}${statements}}};`;
  }
  const others = Array.from({ length: registerCount - parameterCount }, (_, i) => `r${parameterCount + i}`);
  const variables = `let ${others.join(",")};`;
  const direct = `function direct(vm,fiber,fn,b,fr${parameters}){${shared}${variables}${statements}}`;
  const loaded = Array.from({ length: parameterCount }, (_, i) => `,R[b+${i}]`).join("");
  const enter = `function enter(vm,fiber,fr){const R=fiber.registers,b=fr.base;return direct(vm,fiber,fr.function,b,fr${loaded});}`;
  const result = parameterCount <= maxDirectArguments ? "{enter,direct}" : "{enter}";
  return `${head}${direct}${enter}return ${result};`;
}
