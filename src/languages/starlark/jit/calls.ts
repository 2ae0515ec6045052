/** Texts for calls. */
import type { ArgumentNames, FunctionCode } from "../compile/code.ts";
import { CHECK_RECURSION } from "../compile/opcode.ts";
import { Builtin } from "../library/builtin.ts";
import { StarlarkFunction } from "../vm/function.ts";
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
  const expected = expectedBinding(w, []);
  if (expected !== undefined && expected.code.plainArguments !== count) return writeExpectedCall(w, expected);
  const args = Array.from({ length: count }, (_, i) => `r${a + 1 + i}`);
  const guard = `t.code.plainArguments===${count}`;
  return writeEither(w, guard, { args, registers: "t.code.registers", cost: "t.code.callCost" });
}

/** A call with named arguments. */
export function writeNamedCall(w: UnitWriter): string {
  const { names } = w.source.names[w.operand(4)] as ArgumentNames;
  const expected = expectedBinding(w, names);
  return expected === undefined ? writeAnyCall(w) : writeExpectedCall(w, expected);
}

/** How a function is called directly. */
interface DirectArguments {
  /** One expression for each parameter. */
  args: readonly string[];
  /** How many registers it needs, and the steps that the call takes beyond the instruction. */
  registers: string;
  cost: string;
}

/** What the arguments of a call are to the function that it will most likely find. */
interface Binding {
  code: FunctionCode;
  args: readonly string[];
  cost: number;
}

/** undefined when no function is expected, or the arguments do not fit it plainly. */
function expectedBinding(w: UnitWriter, names: readonly string[]): Binding | undefined {
  const [a, count] = [w.operand(1), w.operand(2)];
  const known = w.state.known.get(a);
  const callee = known?.kind === "global" ? w.source.globals[known.index] : undefined;
  if (!(callee instanceof StarlarkFunction)) return undefined;
  const { code } = callee;
  const { parameters, rest, namedRest, keywordOnly } = code;
  if (rest >= 0 || namedRest >= 0 || count > parameters.length - keywordOnly || parameters.length > maxDirectArguments)
    return undefined;
  // The machine looks at recursion before it binds arguments.
  if (code.code[0] === CHECK_RECURSION) return undefined;
  const args: (string | undefined)[] = Array.from({ length: count }, (_, i) => `r${a + 1 + i}`);
  for (const [i, name] of names.entries()) {
    const parameter = parameters.findIndex((register) => code.locals[register] === name);
    if (parameter < 0 || args[parameter] !== undefined) return undefined;
    args[parameter] = `r${a + 1 + count + i}`;
  }
  code.defaults.forEach((parameter, i) => {
    args[parameter] ??= `t.defaults[${i}]`;
  });
  for (let i = 0; i < parameters.length; i++) if (args[i] === undefined) return undefined;
  return { code, args: args as string[], cost: code.callCost + ((names.length * parameters.length) >> 4) };
}

function writeExpectedCall(w: UnitWriter, { code, args, cost }: Binding): string {
  const enough = cost === 0 ? "" : `&&f+${w.rest}>=${cost}`;
  return writeEither(w, `t.code===${w.site(code)}${enough}`, { args, registers: `${code.registers}`, cost: `${cost}` });
}

/** A direct call when the callee is a function and the guard holds, else any call. */
function writeEither(w: UnitWriter, guard: string, how: DirectArguments): string {
  const before = w.state.copy();
  const direct = writeFunctionCall(w, how);
  const after = w.state;
  w.state = before;
  const other = writeAnyCall(w);
  w.state.join(after);
  return `if((t=r${w.operand(1)})instanceof StarlarkFunction&&${guard}){${direct}}else{${other}}`;
}

/** The callee, in `t`, is a function. */
function writeFunctionCall(w: UnitWriter, { args, registers, cost }: DirectArguments): string {
  const [a, d] = [w.operand(1), w.operand(3)];
  const frame = w.frame();
  const fits = `if(fiber.depth>=vm.deepest||b+${a + 1}+${registers}>R.length){${w.leave()}}`;
  const saved = `${w.save(w.pc, a)}vm.fuel=f+${w.rest}-${cost};`;
  w.state.unsaved.clear();
  const direct = `u(vm,fiber,t,b+${a + 1},null${args.map((arg) => `,${arg}`).join("")})`;
  const spill = args.map((arg, i) => `R[b+${a + 1 + i}]=${arg},`).join("");
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
