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
  const self = `k${k}.self`;
  const invoke = `if((t=invoke(vm,fiber,k${k},${self},[${args.join(",")}]))===void 0)return;`;
  const call = directly(w, builtin, self, args);
  const slow =
    call === undefined ? invoke : call.guard === "" ? call.text : `if(${call.guard}){${call.text}}else ${invoke}`;
  const shortcut = shortcutOf(builtin.spec, count);
  return withShortcut(w, d, shortcut === undefined ? "" : `${shortcut}(vm,${["null", ...args].join(",")})`, slow);
}

/** Text that stores a call's result, which `slow` leaves in `t`; a short cut that answers something is enough. */
function withShortcut(w: UnitWriter, d: number, shortcut: string, slow: string): string {
  if (shortcut === "") {
    const before = w.observed();
    return `${before}${slow}${w.set(d, "t")}${w.resumed()}`;
  }
  const before = w.observedAside();
  const text = `${before}${slow}${w.set(d, "t")}${w.resumed()}`;
  return `if((t=${shortcut})===void 0){${text}}r${d}=t;`;
}

/** A call of what a builtin does behind its checks, when the arguments pass them; undefined where that cannot be told. */
function directly(
  w: UnitWriter,
  { spec }: Builtin,
  self: string,
  args: readonly string[],
): { guard: string; text: string } | undefined {
  const { direct } = spec;
  if (direct === undefined || args.length < direct.required || args.length > direct.types.length) return undefined;
  const guards: string[] = [];
  for (const [i, arg] of args.entries()) {
    const type = direct.types[i];
    const guard = type === undefined ? undefined : typeGuards[type]?.(arg);
    if (type !== undefined && guard === undefined) return undefined;
    if (guard !== undefined) guards.push(guard);
  }
  const passed = Array.from({ length: 3 }, (_, i) => args[i] ?? "void 0").join(",");
  const run = `vm.buildingSince=vm.allocated;t=${w.site(direct.run)}(vm,${self},${passed});vm.buildingSince=-1;`;
  return { guard: guards.join("&&"), text: `${run}if((t===parked||vm.defers)&&(t=pause(vm,fiber,t))===void 0)return;` };
}

/** What says that an argument is of a type. */
const typeGuards: Record<string, (value: string) => string> = {
  string: (value) => `typeof ${value}==="string"`,
  int: (value) => `typeof ${value}==="number"`,
  bool: (value) => `typeof ${value}==="boolean"`,
  list: (value) => `${value} instanceof List`,
  dict: (value) => `${value} instanceof Dict`,
  iterable: (value) => `isIterable(${value})`,
};

/** `receiver.name(…)`: the method is in a, the receiver in a+1. */
export function writeMethodCall(w: UnitWriter): string {
  const [a, count, d] = [w.operand(1), w.operand(2), w.operand(3)];
  const args = Array.from({ length: count }, (_, i) => `r${a + 2 + i}`);
  const self = `r${a + 1}`;
  const known = w.state.known.get(a);
  const methods = known?.kind === "method" ? methodSite(w, known.index).all : [];
  let shortcut = "";
  let direct = "";
  for (const method of methods) {
    const is = `r${a}===${w.site(method)}`;
    const quick = shortcutOf(method.spec, count);
    if (quick !== undefined) shortcut += `${is}?${quick}(vm,${[self, ...args].join(",")}):`;
    const call = directly(w, method, self, args);
    if (call !== undefined) direct += `if(${is}${call.guard === "" ? "" : `&&${call.guard}`}){${call.text}}else `;
  }
  const plain = `${self}!==void 0&&r${a}.divert===void 0`;
  const invoke = `${plain}?invoke(vm,fiber,r${a},${self},[${args.join(",")}]):call(vm,fiber,${w.pc})`;
  return withShortcut(w, d, shortcut === "" ? "" : `${shortcut}void 0`, `${direct}if((t=${invoke})===void 0)return;`);
}
