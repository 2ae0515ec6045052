/** Texts for calls. */
import { Builtin } from "../library/builtin.ts";
import { methodSite } from "./containers.ts";
import { shortcutOf } from "./shortcuts.ts";
import type { UnitWriter } from "./unit-writer.ts";

/** The most arguments that are handed over from unit to unit. */
export const maxDirectArguments = 12;

/** A plain call: of a function, a builtin, or something else. */
export function writeCall(w: UnitWriter): string {
  const [a, count] = [w.operand(1), w.operand(2)];
  const known = w.state.known.get(a);
  const constant = known?.kind === "constant" ? w.constantValue(known.index) : undefined;
  if (constant instanceof Builtin && constant.divert === undefined) return writeBuiltinCall(w, constant, known!.index);
  if (constant !== undefined || count > maxDirectArguments) return writeAnyCall(w);
  const before = w.state.copy();
  const direct = writeFunctionCall(w);
  const after = w.state;
  w.state = before;
  const other = writeAnyCall(w);
  w.state.join(after);
  return `if((t=r${a})instanceof StarlarkFunction&&t.code.plainArguments===${count}){${direct}}else{${other}}`;
}

/** The callee, in `t`, is a function whose parameters are the arguments. */
function writeFunctionCall(w: UnitWriter): string {
  const [a, count, d] = [w.operand(1), w.operand(2), w.operand(3)];
  const registers = Array.from({ length: count }, (_, i) => a + 1 + i);
  const frame = w.frame();
  const fits = `if(fiber.depth>=vm.deepest||b+${a + 1}+t.code.registers>R.length){${w.leave()}}`;
  const saved = `${w.save(w.pc, a)}vm.fuel=f+${w.rest}-t.code.callCost;`;
  w.state.unsaved.clear();
  const direct = `u(vm,fiber,t,b+${a + 1},null${registers.map((register) => `,r${register}`).join("")})`;
  const spill = registers.map((register) => `R[b+${register}]=r${register},`).join("");
  const call = `t=(u=t.hot.direct)!==null?${direct}:(${spill}meet(vm,fiber,t,b+${a + 1}));`;
  return `${frame}${fits}${saved}${call}if(t===void 0)return;${w.set(d, "t")}${w.resumed()}`;
}

/** Any call, as the machine carries it out. */
export function writeAnyCall(w: UnitWriter): string {
  const before = w.observed();
  return `${before}if((t=call(vm,fiber,${w.pc}))===void 0)return;${w.set(w.operand(3), "t")}${w.resumed()}`;
}

/** A call of a builtin that is known from the code. */
function writeBuiltinCall(w: UnitWriter, builtin: Builtin, k: number): string {
  const [a, count, d] = [w.operand(1), w.operand(2), w.operand(3)];
  w.usedConstants.add(k);
  const args = Array.from({ length: count }, (_, i) => `r${a + 1 + i}`);
  const invoke = `if((t=invoke(vm,fiber,k${k},k${k}.self,[${args.join(",")}]))===void 0)return;`;
  const shortcut = shortcutOf(builtin.spec, count);
  if (shortcut === undefined) {
    const before = w.observed();
    return `${before}${invoke}${w.set(d, "t")}${w.resumed()}`;
  }
  const before = w.observedAside();
  const slow = `${before}${invoke}${w.set(d, "t")}${w.resumed()}`;
  return `if((t=${shortcut}(vm,${["null", ...args].join(",")}))===void 0){${slow}}r${d}=t;`;
}

/** `receiver.name(…)`: the method is in a, the receiver in a+1. */
export function writeMethodCall(w: UnitWriter): string {
  const [a, count, d] = [w.operand(1), w.operand(2), w.operand(3)];
  const args = Array.from({ length: count }, (_, i) => `r${a + 2 + i}`);
  const method = `r${a + 1}!==void 0&&r${a}.divert===void 0`;
  const invoke = `${method}?invoke(vm,fiber,r${a},r${a + 1},[${args.join(",")}]):call(vm,fiber,${w.pc})`;
  const shortcut = methodShortcuts(w, [`r${a + 1}`, ...args].join(","));
  if (shortcut === "") {
    const before = w.observed();
    return `${before}if((t=${invoke})===void 0)return;${w.set(d, "t")}${w.resumed()}`;
  }
  const before = w.observedAside();
  const slow = `${before}if((t=${invoke})===void 0)return;${w.set(d, "t")}${w.resumed()}`;
  return `if((t=${shortcut}void 0)===void 0){${slow}}r${d}=t;`;
}

/** The methods that have a shortcut and may be in the register, one after the other. */
function methodShortcuts(w: UnitWriter, args: string): string {
  const [a, count] = [w.operand(1), w.operand(2)];
  const known = w.state.known.get(a);
  if (known?.kind !== "method") return "";
  let text = "";
  for (const method of methodSite(w, known.index).all) {
    const shortcut = shortcutOf(method.spec, count);
    if (shortcut !== undefined) text += `r${a}===${w.site(method)}?${shortcut}(vm,${args}):`;
  }
  return text;
}
