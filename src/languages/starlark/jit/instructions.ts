/** The text of every instruction that is not a jump. */
import * as op from "../compile/opcode.ts";
import { writeBinary, writeComparison, writeNot, writeUnary } from "./arithmetic.ts";
import { writeAnyCall, writeCall, writeMethodCall, writeNamedCall } from "./calls.ts";
import {
  writeAppend,
  writeAttribute,
  writeDict,
  writeEntry,
  writeIndex,
  writeIterate,
  writeMethod,
  writeSequence,
  writeSetIndex,
  writeSlice,
  writeUnpack,
} from "./containers.ts";
import type { Known } from "./register-state.ts";
import type { UnitWriter } from "./unit-writer.ts";

/** Writes the instruction at `w.pc`. */
export function writeInstruction(w: UnitWriter): string {
  const opcode = w.code[w.pc]!;
  if (opcode >= op.ADD && opcode <= op.OR_IN_PLACE) return writeBinary(w);
  if (opcode >= op.EQUAL && opcode <= op.GREATER_EQUAL) return writeComparison(w);
  const write = writers[opcode];
  return write === undefined ? w.performed([]) : write(w);
}

const writers: Record<number, (w: UnitWriter) => string> = {
  [op.MOVE]: (w) => {
    const [d, a] = [w.operand(1), w.operand(2)];
    w.state.write(d, w.state.known.get(a));
    return `r${d}=r${a};`;
  },
  [op.CONSTANT]: (w) => {
    const [d, k] = [w.operand(1), w.operand(2)];
    w.state.write(d, { kind: "constant", index: k });
    return `r${d}=${w.constant(k)};`;
  },
  [op.CHECK_LOCAL]: (w) => `if(r${w.operand(1)}===void 0){${w.leave()}}`,
  [op.CLEAR]: (w) => w.set(w.operand(1), "void 0"),
  [op.NEW_CELL]: (w) => w.set(w.operand(1), `new Cell(r${w.operand(1)})`),
  [op.GET_CELL]: (w) => bound(w, `r${w.operand(2)}.value`),
  [op.SET_CELL]: (w) => `r${w.operand(1)}.value=${w.value(w.operand(2))};`,
  [op.GET_FREE]: (w) => bound(w, `fn.cells[${w.operand(2)}].value`),
  [op.GET_GLOBAL]: (w) => bound(w, `G[${w.operand(2)}]`, { kind: "global", index: w.operand(2) }),
  [op.SET_GLOBAL]: (w) => `G[${w.operand(1)}]=${w.value(w.operand(2))};`,
  [op.GET_HOST]: (w) => w.performed([w.operand(1)]),
  [op.LOAD_NAME]: (w) => w.performed([w.operand(1)]),
  [op.NEGATE]: writeUnary,
  [op.PLUS]: writeUnary,
  [op.INVERT]: writeUnary,
  [op.NOT]: writeNot,
  [op.INDEX]: writeIndex,
  [op.SET_INDEX]: writeSetIndex,
  [op.SLICE]: writeSlice,
  [op.ATTRIBUTE]: writeAttribute,
  [op.METHOD]: writeMethod,
  [op.LIST]: writeSequence,
  [op.TUPLE]: writeSequence,
  [op.LIST_TO_TUPLE]: (w) => w.performed([w.operand(1)]),
  [op.DICT]: writeDict,
  [op.DICT_ENTRY]: writeEntry,
  [op.DICT_PUT]: writeEntry,
  [op.APPEND]: writeAppend,
  [op.CLOSURE]: (w) => w.performed([w.operand(1)]),
  [op.ITERATE]: writeIterate,
  [op.END_ITERATION]: (w) => `r${w.operand(1)}.close();`,
  [op.UNPACK]: writeUnpack,
  [op.CALL]: writeCall,
  [op.CALL_METHOD]: writeMethodCall,
  [op.CALL_NAMED]: writeNamedCall,
  [op.CALL_SPREAD]: writeAnyCall,
};

/** Stores a variable that may be unbound; the machine says so when it is. */
function bound(w: UnitWriter, variable: string, known?: Known): string {
  const leave = w.leave();
  const d = w.operand(1);
  w.state.write(d, known);
  return `if((t=${variable})===void 0){${leave}}r${d}=t;`;
}
