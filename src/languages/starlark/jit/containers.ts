/** Texts for instructions that make values, take them apart, and walk over them. */
import * as op from "../compile/opcode.ts";
import { plainTextLength } from "../values/value.ts";
import { MethodSite } from "./method-site.ts";
import type { UnitWriter } from "./unit-writer.ts";

/** `a[x]` into d. */
export function writeIndex(w: UnitWriter): string {
  const [d, a, x] = [w.operand(1), w.operand(2), w.operand(3)];
  const key = w.value(x);
  const constant = w.operandConstant(x);
  const before = w.observedAside();
  w.state.write(d);
  const slow = `${before}r${d}=t=index(vm,r${a},${key});${w.resumed()}`;
  const text = `r${a} instanceof Dict?r${a}.map.get(${key}):void 0`;
  const item = `r${a} instanceof List?r${a}.items[${position(key, constant, `r${a}`)}]:fetch(r${a},${key})`;
  let fast: string;
  if (typeof constant === "string") fast = constant.length <= plainTextLength ? text : "void 0";
  else if (typeof constant === "number") fast = item;
  else if (constant === undefined) fast = `typeof ${key}==="number"?(${item}):fetch(r${a},${key})`;
  else fast = "void 0";
  return `if((t=${fast})===void 0){${slow}}r${d}=t;`;
}

/** Where a number points to in a list. */
function position(key: string, constant: unknown, list: string): string {
  if (typeof constant === "number") return constant < 0 ? `${list}.items.length+${key}` : key;
  return `${key}<0?${key}+${list}.items.length:${key}`;
}

/** `a[x] = y` */
export function writeSetIndex(w: UnitWriter): string {
  const args = `r${w.operand(1)},${w.value(w.operand(2))},${w.value(w.operand(3))}`;
  return `if(!store(vm,${args})){${w.observedAside()}setIndex(vm,${args});${w.resumed()}}`;
}

/** `a.name` into d. */
export function writeAttribute(w: UnitWriter): string {
  const [d, a] = [w.operand(1), w.operand(2)];
  const name = w.constant(w.operand(3));
  const before = w.observedAside();
  w.state.write(d);
  return `if((t=field(r${a},${name}))===void 0){${before}r${d}=t=attribute(vm,r${a},${name});${w.resumed()}}r${d}=t;`;
}

/** The method `a.name` and its receiver into d and d+1. */
export function writeMethod(w: UnitWriter): string {
  const [d, a, name] = [w.operand(1), w.operand(2), w.operand(3)];
  const site = w.site(methodSite(w, name));
  const text = w.constant(name);
  const lookup = `t=typeof r${a}==="string"?${site}.text:r${a} instanceof List?${site}.list:r${a} instanceof Dict?${site}.dict:method(r${a},${text})`;
  const before = w.observedAside();
  w.state.write(d, { kind: "method", index: name });
  w.state.write(d + 1);
  const receiver = a === d ? `u=r${a};r${d}=t;r${d + 1}=u;` : `r${d}=t;r${d + 1}=r${a};`;
  return `${lookup};if(t!==void 0){${receiver}}else{${before}r${d}=attribute(vm,r${a},${text});r${d + 1}=void 0;${w.resumed()}}`;
}

/** The methods that a name means, by type; one site per name. */
export function methodSite(w: UnitWriter, name: number): MethodSite {
  const text = w.constantValue(name) as string;
  const known = w.sites.find((site): site is MethodSite => site instanceof MethodSite && site.name === text);
  return known ?? new MethodSite(text);
}

/** A list or tuple of registers. */
export function writeSequence(w: UnitWriter): string {
  const [d, first, count] = [w.operand(1), w.operand(2), w.operand(3)];
  const [kind, bytes] = w.code[w.pc] === op.LIST ? ["List", 48] : ["Tuple", 32];
  const items = Array.from({ length: count }, (_, i) => `r${first + i}`).join(",");
  return `${w.charged(bytes + 8 * count)}${w.set(d, `new ${kind}([${items}])`)}`;
}

export function writeDict(w: UnitWriter): string {
  return `${w.charged(64)}${w.set(w.operand(1), "new Dict()")}`;
}

/** An entry of a display, or of a comprehension. */
export function writeEntry(w: UnitWriter): string {
  const put = w.code[w.pc] === op.DICT_PUT ? "store" : "insert";
  const args = `r${w.operand(1)},${w.value(w.operand(2))},${w.value(w.operand(3))}`;
  return `if(!${put}(vm,${args})){${w.observedAside()}perform(vm,fiber,fr,${w.pc});${w.resumed()}}`;
}

export function writeAppend(w: UnitWriter): string {
  return `${w.charged(8)}r${w.operand(1)}.items.push(${w.value(w.operand(2))});`;
}

/** Opens a loop over a into d. */
export function writeIterate(w: UnitWriter): string {
  const [d, a] = [w.operand(1), w.operand(2)];
  const fits = "vm.allocated+64<=vm.limits.memoryBytes";
  const before = w.observedAside();
  w.state.write(d);
  const slow = `${before}perform(vm,fiber,fr,${w.pc});r${d}=R[b+${d}];${w.resumed()}`;
  const range = `if(r${a} instanceof Range&&${fits}){vm.allocated+=64;r${d}=new Loop(r${a},0,null,r${a},null);}`;
  const list = `if(r${a} instanceof List&&${fits}){vm.allocated+=64;r${d}=overList(r${a},0);}`;
  return `${range}else ${list}else{${slow}}`;
}

/** Takes the next element of loop a into d; the expression says whether there was one. */
export function writeNext(w: UnitWriter): { before: string; jumps: string } {
  const [a, d] = [w.operand(1), w.operand(2)];
  const items = `if((t=r${a}.items)!==null){if(u=(v=r${a}.index)<t.length){r${d}=t[v];r${a}.index=v+1;}}`;
  const range = `if(u=(v=r${a}.index)<r${a}.count){r${d}=r${a}.start+v*r${a}.step;r${a}.index=v+1;}`;
  const others = `if(u=(t=r${a}.nextOfRest())!==void 0)r${d}=t;`;
  w.state.write(d);
  return { before: `${items}else ${range}else ${others}`, jumps: "u" };
}

/** The elements of a into d and those after it. */
export function writeUnpack(w: UnitWriter): string {
  const [d, a, count] = [w.operand(1), w.operand(2), w.operand(3)];
  const results = Array.from({ length: count }, (_, i) => d + i);
  if (count >= 8 || results.includes(a)) return w.performed(results);
  const before = w.observedAside();
  for (const register of results) w.state.write(register);
  const take = results.map((register, i) => `r${register}=t[${i}];`).join("");
  const read = results.map((register) => `r${register}=R[b+${register}];`).join("");
  const slow = `${before}perform(vm,fiber,fr,${w.pc});${read}${w.resumed()}`;
  return `if((r${a} instanceof Tuple||r${a} instanceof List)&&(t=r${a}.items).length===${count}){${take}}else{${slow}}`;
}

/** `object[low:high:step]` into d. */
export function writeSlice(w: UnitWriter): string {
  const [d, a] = [w.operand(1), w.operand(2)];
  const before = w.observed();
  return `${before}${w.set(d, `slice(vm,r${a},r${a + 1},r${a + 2},r${a + 3})`)}${w.resumed()}`;
}
