/** Texts for operators and comparisons: numbers are computed in place, everything else by the machine's own functions. */
import * as op from "../compile/opcode.ts";
import { plainTextLength } from "../values/value.ts";
import type { UnitWriter } from "./unit-writer.ts";

const maxSafe = Number.MAX_SAFE_INTEGER;

/** `a op x` into d. */
export function writeBinary(w: UnitWriter): string {
  const [d, a, x] = [w.operand(1), w.operand(2), w.operand(3)];
  const opcode = w.code[w.pc]!;
  const fast = inPlace(w, opcode, d, a, x);
  const slow = slowly(w, d, `binary(vm,${opcode},r${a},${w.value(x)})`);
  const quick = mayBeText.has(opcode) ? `if((t=quick(vm,${opcode},r${a},${w.value(x)}))!==void 0)r${d}=t;else ` : "";
  const aside = `${writeTextAmongItems(w, opcode)}${quick}`;
  return fast === undefined ? `${aside}{${slow}}` : `if(${fast.when}){${fast.does}}else ${aside}{${slow}}`;
}

/** Whether a short text is among the items of a list or tuple: nothing but an equal text equals it. */
function writeTextAmongItems(w: UnitWriter, opcode: number): string {
  const [d, a, x] = [w.operand(1), w.operand(2), w.operand(3)];
  if (x < 0 || (opcode !== op.IN && opcode !== op.NOT_IN)) return "";
  const isText = `typeof r${a}==="string"&&r${a}.length<=${plainTextLength}`;
  const items = `(r${x} instanceof List||r${x} instanceof Tuple)&&(u=(t=r${x}.items).length>>1)<=f`;
  return `if(${isText}&&${items}){f-=u;r${d}=${opcode === op.IN ? "" : "!"}t.includes(r${a});}else `;
}

/** Operators that `quick` knows. */
const mayBeText = new Set<number>([op.ADD, op.ADD_IN_PLACE, op.SUBTRACT, op.MULTIPLY, op.DIVIDE, op.IN, op.NOT_IN]);

/** A helper's result into d, on a path beside the one without it. */
function slowly(w: UnitWriter, d: number, call: string): string {
  const before = w.observedAside();
  const store = w.set(d, call);
  return `${before}${store}${w.resumed()}`;
}

/** The condition under which an operator is computed in place, and how. */
function inPlace(
  w: UnitWriter,
  opcode: number,
  d: number,
  a: number,
  x: number,
): { when: string; does: string } | undefined {
  const [left, right] = [`r${a}`, w.value(x)];
  const numbers = w.areNumbers(a, x);
  if (numbers === undefined) return undefined;
  switch (opcode) {
    case op.ADD:
    case op.ADD_IN_PLACE:
      return { when: `${numbers}&&${isSafe(`${left}+${right}`)}`, does: `r${d}=t;` };
    case op.SUBTRACT:
      return { when: `${numbers}&&${isSafe(`${left}-${right}`)}`, does: `r${d}=t;` };
    case op.MULTIPLY:
      return { when: `${numbers}&&${isSafe(`${left}*${right}`)}`, does: `r${d}=t+0;` };
    case op.MODULO:
      return {
        when: `${numbers}&&${right}!==0`,
        does: `t=${left}%${right};r${d}=${floored(w, x, "t+0", `t+${right}`)};`,
      };
    case op.FLOOR_DIVIDE:
      return {
        when: `${numbers}&&${right}!==0`,
        does: `t=${left}%${right};u=(${left}-t)/${right};r${d}=${floored(w, x, "u+0", "u-1")};`,
      };
    case op.BIT_AND:
      return { when: `${numbers}&&${areInt32(left, right)}`, does: `r${d}=${left}&${right};` };
    case op.BIT_OR:
      return { when: `${numbers}&&${areInt32(left, right)}`, does: `r${d}=${left}|${right};` };
    case op.BIT_XOR:
      return { when: `${numbers}&&${areInt32(left, right)}`, does: `r${d}=${left}^${right};` };
    case op.SHIFT_RIGHT:
      return {
        when: `${numbers}&&${areInt32(left, right)}&&${right}>=0&&${right}<32`,
        does: `r${d}=${left}>>${right};`,
      };
    default:
      return undefined;
  }
}

function isSafe(expression: string): string {
  return `(t=${expression})<=${maxSafe}&&t>=-${maxSafe}`;
}

/** What the rest `t` of a division says: its sign is the divisor's, or the result is corrected. */
function floored(w: UnitWriter, divisor: number, same: string, corrected: string): string {
  const constant = w.operandConstant(divisor);
  if (typeof constant === "number" && constant > 0) return `t<0?${corrected}:${same}`;
  return `t!==0&&t<0!==${w.value(divisor)}<0?${corrected}:${same}`;
}

function areInt32(left: string, right: string): string {
  return `(${left}|0)===${left}&&(${right}|0)===${right}`;
}

const orderSigns: Record<number, string> = {
  [op.LESS]: "<",
  [op.LESS_EQUAL]: "<=",
  [op.GREATER]: ">",
  [op.GREATER_EQUAL]: ">=",
};

/** A comparison as a value. */
export function writeComparison(w: UnitWriter): string {
  const [d, a, x] = [w.operand(1), w.operand(2), w.operand(3)];
  const opcode = w.code[w.pc]!;
  const fast = compared(w, opcode, a, x);
  const slow = slowly(w, d, `compares(vm,${opcode},r${a},${w.value(x)})`);
  return fast === undefined ? slow : `if(${fast.when})r${d}=${fast.is};else{${slow}}`;
}

function compared(w: UnitWriter, opcode: number, a: number, x: number): { when: string; is: string } | undefined {
  const [left, right] = [`r${a}`, w.value(x)];
  const sign = orderSigns[opcode];
  if (sign !== undefined) {
    const numbers = w.areNumbers(a, x);
    return numbers === undefined ? undefined : { when: numbers, is: `${left}${sign}${right}` };
  }
  const constant = w.operandConstant(x);
  // Nothing but None equals None.
  if (constant === null) return { when: "true", is: `${left}${opcode === op.EQUAL ? "===" : "!=="}null` };
  if (typeof constant === "object") return undefined;
  if (typeof constant === "string" && constant.length > plainTextLength) return undefined;
  const short = `(typeof ${left}!=="string"||${left}.length<=${plainTextLength})`;
  const plain = constant === undefined ? `&&typeof ${right}!=="object"&&${short}` : "";
  return { when: `typeof ${left}!=="object"${plain}`, is: `${left}${opcode === op.EQUAL ? "===" : "!=="}${right}` };
}

/** Text that computes the condition of a comparing jump, and the expression that says whether it jumps. */
export function writeComparingJump(w: UnitWriter): { before: string; jumps: string } {
  const [a, x] = [w.operand(1), w.operand(2)];
  const pair = w.code[w.pc]! - op.JUMP_EQUAL;
  const opcode = op.EQUAL + [0, 2, 3, 4, 5][pair >> 1]!;
  const negated = (pair & 1) === 1 ? "!" : "";
  const fast = compared(w, opcode, a, x);
  const slow = `${w.observedAside()}t=compares(vm,${opcode},r${a},${w.value(x)});${w.resumed()}`;
  const before = fast === undefined ? slow : `if(${fast.when})t=${fast.is};else{${slow}}`;
  return { before, jumps: `${negated}t` };
}

/** `-a`, `+a`, `~a`. */
export function writeUnary(w: UnitWriter): string {
  const [d, a] = [w.operand(1), w.operand(2)];
  if (w.code[w.pc] !== op.NEGATE) return w.performed([d]);
  const fast = `if(typeof r${a}==="number")r${d}=0-r${a};`;
  const before = w.observedAside();
  w.state.write(d);
  return `${fast}else{${before}perform(vm,fiber,fr,${w.pc});r${d}=R[b+${d}];${w.resumed()}}`;
}

/** `not a` */
export function writeNot(w: UnitWriter): string {
  const a = `r${w.operand(2)}`;
  return w.set(w.operand(1), `typeof ${a}==="boolean"?!${a}:!truth(${a})`);
}
