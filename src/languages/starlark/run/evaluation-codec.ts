/**
 * Evaluations that wait, as bytes: the code of the modules that they can reach, and the heap with these modules' names, the fiber,
 * and what the caller keeps. Modules are numbered in the order in which they are met.
 */
import { libraryNameOf, libraryValue, methodNamed, methodNameOf } from "../api/environment.ts";
import { fingerprint } from "../../../core/hash.ts";
import type { Builtin } from "../library/builtin.ts";
import { ByteReader, ByteWriter, CorruptBytes } from "../snapshot/bytes.ts";
import { readModule, writeModule } from "../snapshot/code-codec.ts";
import { readFiber, slotsOf, writeFiber } from "../snapshot/fiber-codec.ts";
import type { HeapNames } from "../snapshot/heap-kinds.ts";
import { HeapReader } from "../snapshot/heap-reader.ts";
import { HeapWriter } from "../snapshot/heap-writer.ts";
import { HeapValue, type Value } from "../values/value.ts";
import { Cell, type ModuleInstance, type Slot, StarlarkFunction } from "../vm/function.ts";
import { Loop } from "../vm/loop.ts";
import { unboundMethod } from "../vm/operators.ts";
import type { Evaluator } from "./evaluate.ts";
import type { Evaluation } from "./evaluation.ts";

const version = 1;
const mark = "AFE";

// Kinds of modules.
const script = 0;
const library = 1;
const supplied = 2;

export function writeEvaluation(evaluation: Evaluation, kept: readonly Value[]): Uint8Array {
  const { evaluator, fiber } = evaluation;
  const modules = reachableModules(evaluation, kept);
  modules.forEach((module, i) => {
    module.index = i;
  });
  const out = new ByteWriter(4096);
  out.text(mark);
  out.natural(version);
  out.text(environmentOf(evaluator));
  out.natural(modules.length);
  for (const module of modules) writeLinked(out, module);
  out.natural(evaluation.module === undefined ? 0 : 1 + evaluation.module.index);
  out.natural(evaluation.steps);
  out.natural(evaluation.vm.allocated);
  const heap = new HeapWriter(namesOf(evaluator));
  for (const module of modules) {
    if (!isSupplied(module)) for (const value of module.globals) heap.value(value);
  }
  writeFiber(heap, fiber);
  heap.out.natural(kept.length);
  for (const value of kept) heap.value(value);
  heap.finish(out);
  return out.finish();
}

/** What the caller keeps comes back beside the evaluation. Throws CorruptBytes. */
export function readEvaluation(
  evaluator: Evaluator,
  state: Uint8Array,
  make: (module: ModuleInstance | undefined) => Evaluation,
): { evaluation: Evaluation; kept: Value[] } {
  const input = new ByteReader(state);
  if (input.text() !== mark) throw new CorruptBytes("they are not an evaluation");
  const found = input.natural();
  if (found !== version) throw new CorruptBytes(`format ${found} is not known to this release`);
  if (input.text() !== environmentOf(evaluator)) throw new CorruptBytes("the evaluator has another library");
  const modules: ModuleInstance[] = [];
  const linked: { module: ModuleInstance; loads: number[] }[] = [];
  for (let count = input.count(); count > 0; count--) {
    const one = readLinked(input, evaluator);
    linked.push(one);
    one.module.index = modules.length;
    modules.push(one.module);
  }
  for (const { module, loads } of linked) {
    for (const index of loads) {
      const loaded = modules[index];
      if (loaded === undefined) throw new CorruptBytes(`module ${index} does not exist`);
      (module.loads as ModuleInstance[]).push(loaded);
    }
  }
  const entry = input.index(modules.length + 1, "module");
  const evaluation = make(entry === 0 ? undefined : modules[entry - 1]!);
  evaluation.stepsBefore = input.natural();
  evaluation.vm.allocated = input.natural();
  const heap = new HeapReader(input, namesOf(evaluator), { modules, objectAt: () => undefined });
  for (const module of modules) {
    if (isSupplied(module)) continue;
    for (let i = 0; i < module.globals.length; i++) (module.globals as Slot[])[i] = plainSlot(heap);
  }
  evaluation.takeFiber(readFiber(heap, evaluator.limits.depth));
  const kept: Value[] = [];
  for (let count = input.count(); count > 0; count--) kept.push(heap.value());
  input.end();
  return { evaluation, kept };
}

/** A value or unbound. */
function plainSlot(heap: HeapReader): Value | undefined {
  const slot = heap.slot();
  if (slot instanceof Cell || slot instanceof Loop) throw new CorruptBytes("a name without a value");
  return slot;
}

/** What must be the same where it is read. */
function environmentOf({ options }: Evaluator): string {
  return fingerprint(...(options.library ?? []).flatMap(({ path, source }) => [path, source])).slice(0, 16);
}

/** A module that the caller supplied is known by its path: it has no code. */
function isSupplied(module: ModuleInstance): boolean {
  return module.code.functions.length === 0;
}

function writeLinked(out: ByteWriter, module: ModuleInstance): void {
  if (isSupplied(module)) {
    out.byte(supplied);
    out.text(module.code.path);
    return;
  }
  out.byte(module.builtin ? library : script);
  writeModule(out, module.code);
  for (const loaded of module.loads) out.natural(loaded.index);
}

function readLinked(input: ByteReader, evaluator: Evaluator): { module: ModuleInstance; loads: number[] } {
  const kind = input.byte();
  if (kind === supplied) return { module: evaluator.suppliedAgain(input.text()), loads: [] };
  if (kind !== script && kind !== library) throw new CorruptBytes(`there is no module of kind ${kind}`);
  const code = readModule(input);
  const loads = code.loads.map(() => input.natural());
  return { module: evaluator.link(code, [], kind === library), loads };
}

function namesOf(evaluator: Evaluator): HeapNames {
  const kinds = evaluator.options.kinds ?? [];
  const methods = kinds.flatMap(({ methods: own }) =>
    own === undefined ? [] : [...own.table].map(([name, spec]) => [`${own.type}.${name}`, spec] as const),
  );
  return {
    nameOf: (value) => evaluator.nameOf(value) ?? libraryNameOf(value),
    byName: (name) => evaluator.byName(name) ?? libraryValue(name),
    methodName: (method: Builtin) => methods.find(([, spec]) => spec === method.spec)?.[0] ?? methodNameOf(method),
    methodByName(name) {
      const own = methods.find(([known]) => known === name);
      return own === undefined ? methodNamed(name) : unboundMethod(own[1]);
    },
    hostNameOf: () => undefined,
    hostByName: () => undefined,
    kinds,
  };
}

/** The modules whose code or names an evaluation can still need, in the order in which they are met. */
function reachableModules({ evaluator, module: entry, fiber }: Evaluation, kept: readonly Value[]): ModuleInstance[] {
  const modules = new Set<ModuleInstance>();
  const seen = new Set<HeapValue>();
  const pending: HeapValue[] = [];
  const meet = (value: Slot): void => {
    if (!(value instanceof HeapValue) || seen.has(value)) return;
    seen.add(value);
    if (evaluator.nameOf(value) === undefined) pending.push(value);
  };
  const meetModule = (module: ModuleInstance): void => {
    const waiting = [module];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (modules.has(next)) continue;
      modules.add(next);
      next.globals.forEach(meet);
      waiting.push(...next.loads);
    }
  };
  if (entry !== undefined) meetModule(entry);
  for (const slot of slotsOf(fiber)) meet(slot);
  kept.forEach(meet);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next instanceof StarlarkFunction) meetModule(next.module);
    next.visit(meet);
  }
  return [...modules];
}
