/** An image, decoded: what all runs of it share. */
import { AutoFlowError } from "../../../core/errors.ts";
import type { Description, Image, Inspection, LoadedImage, Machine, RunStart } from "../../../core/program.ts";
import { suppliedValue } from "../api/environment.ts";
import { TierBudget, type TierMode } from "../jit/hot-code.ts";
import { ByteReader, CorruptBytes } from "../snapshot/bytes.ts";
import { HeapReader } from "../snapshot/heap-reader.ts";
import { EvalError } from "../values/errors.ts";
import { fromText } from "../values/text.ts";
import type { HeapValue, Value } from "../values/value.ts";
import { type ModuleInstance, StarlarkFunction } from "../vm/function.ts";
import { linkModule } from "../vm/link.ts";
import type { ModuleCode } from "../compile/code.ts";
import { type ImageContent, imageHash, readImage } from "./image-codec.ts";
import { RunMachine } from "./machine.ts";
import { imageNames } from "./names.ts";

/** See `LoadedImage.machineVersion`. */
const machineVersion = 1;

export class LoadedStarlark implements LoadedImage {
  readonly hash: string;
  readonly machineVersion = machineVersion;
  readonly content: ImageContent;
  readonly modules: readonly ModuleInstance[];
  /** The image's objects by ordinal. */
  readonly objects: readonly HeapValue[];
  /** A driver's own module, whose names change while it runs; each run has its own. */
  readonly entry: ModuleInstance | undefined;
  readonly #handlers: ReadonlyMap<string, Value>;
  readonly #prelude: ReadonlyMap<string, StarlarkFunction>;
  /** When hot code is translated. */
  readonly tier: TierMode;

  private constructor(parts: {
    hash: string;
    content: ImageContent;
    modules: readonly ModuleInstance[];
    objects: readonly HeapValue[];
    entry: ModuleInstance | undefined;
    handlers: ReadonlyMap<string, Value>;
    prelude: ReadonlyMap<string, StarlarkFunction>;
    tier: TierMode;
  }) {
    this.hash = parts.hash;
    this.content = parts.content;
    this.modules = parts.modules;
    this.objects = parts.objects;
    this.entry = parts.entry;
    this.#handlers = parts.handlers;
    this.#prelude = parts.prelude;
    this.tier = parts.tier;
  }

  /** Throws AutoFlowError STATE_DAMAGED when the bytes are not an image of this hash, in a format that this release knows. */
  static load(image: Image, tier: TierMode = "when-hot"): LoadedStarlark {
    try {
      if (imageHash(image.bytes) !== image.hash) throw new CorruptBytes("their hash is another one");
      return LoadedStarlark.#decode(image, tier);
    } catch (cause) {
      if (!(cause instanceof CorruptBytes || cause instanceof SyntaxError)) throw cause;
      throw new AutoFlowError("STATE_DAMAGED", `image ${image.hash} cannot be read: ${cause.message}`, { cause });
    }
  }

  static #decode(image: Image, tier: TierMode): LoadedStarlark {
    const input = new ByteReader(image.bytes);
    const content = readImage(input);
    const modules = linkAll(content);
    const heap = new HeapReader(input, imageNames, { modules, objectAt: () => undefined });
    const globals = content.mode === "driver" ? modules.slice(0, -1) : modules;
    for (const module of globals) {
      for (let i = 0; i < module.globals.length; i++) module.globals[i] = heap.slot();
    }
    const handlers = new Map(content.triggers.map(({ name }) => [name, heap.value()] as const));
    if (content.workflow !== undefined) handlers.set("", heap.value());
    input.end();
    heap.objects.forEach((object, ordinal) => {
      object.ordinal = ordinal;
    });
    return new LoadedStarlark({
      hash: image.hash,
      content,
      modules,
      objects: heap.objects,
      entry: content.mode === "driver" ? modules.at(-1)! : undefined,
      handlers,
      prelude: preludeFunctions(modules.slice(0, content.libraryModules)),
      tier,
    });
  }

  /** Path of the entry file. */
  get path(): string {
    return this.content.modules.at(-1)!.path;
  }

  /** The image as one run sees it: with names of its own in the driver's module. */
  forRun(): LoadedStarlark {
    const { entry } = this;
    if (entry === undefined) return this;
    const own: ModuleInstance = { ...entry, globals: entry.globals.map(() => undefined) };
    return new LoadedStarlark({
      hash: this.hash,
      content: this.content,
      modules: [...this.modules.slice(0, -1), own],
      objects: this.objects,
      entry: own,
      handlers: this.#handlers,
      prelude: this.#prelude,
      tier: this.tier,
    });
  }

  handlerOf(trigger: string): Value {
    const handler = this.#handlers.get(trigger);
    if (handler === undefined) throw new EvalError(`the script has no trigger named "${fromText(trigger)}"`);
    return handler;
  }

  preludeFunction(name: string): StarlarkFunction {
    const found = this.#prelude.get(name);
    if (found !== undefined) return found;
    throw new EvalError("this script was compiled by an earlier release, which does not know this verb: start it anew");
  }

  describe(): Description {
    const { mode, triggers, workflow } = this.content;
    return { mode, triggers: [...triggers], ...(workflow !== undefined && { workflow }) };
  }

  open(start: RunStart, state?: Uint8Array): Machine {
    return state === undefined ? new RunMachine(this, start) : this.#restore(start, state);
  }

  inspect(start: RunStart, state: Uint8Array): Inspection {
    return this.#restore(start, state).inspect();
  }

  #restore(start: RunStart, state: Uint8Array): RunMachine {
    try {
      return RunMachine.restore(this, start, state);
    } catch (cause) {
      if (!(cause instanceof CorruptBytes)) throw cause;
      throw new AutoFlowError("STATE_DAMAGED", `the state of run ${start.runId} cannot be read: ${cause.message}`, {
        cause,
      });
    }
  }
}

/** All modules of an image, linked to those they load; none of their names has a value yet. */
function linkAll(content: Pick<ImageContent, "modules" | "libraryModules">): ModuleInstance[] {
  const linked: ModuleInstance[] = [];
  const byPath = new Map<string, ModuleInstance>();
  const budget = new TierBudget();
  content.modules.forEach((code, index) => {
    const instance = linkOne(code, index, byPath, index < content.libraryModules, budget);
    linked.push(instance);
    byPath.set(code.path, instance);
  });
  return linked;
}

/** Links a module to those it loads, which have been linked before. Throws CorruptBytes for names that do not exist. */
export function linkOne(
  code: ModuleCode,
  index: number,
  byPath: ReadonlyMap<string, ModuleInstance>,
  builtin: boolean,
  budget?: TierBudget,
): ModuleInstance {
  const loads = code.loads.map((path) => {
    const loaded = byPath.get(path);
    if (loaded === undefined) throw new CorruptBytes(`module ${path} is missing`);
    return loaded;
  });
  const lookup = (name: string): Value => {
    const value = suppliedValue(name);
    if (value === undefined) throw new CorruptBytes(`this release does not know the name "${name}"`);
    return value;
  };
  return linkModule(code, { index, loads, builtin, lookup, ...(budget === undefined ? {} : { budget }) });
}

/** The functions that the library's Starlark files define, by name. */
export function preludeFunctions(modules: readonly ModuleInstance[]): Map<string, StarlarkFunction> {
  const functions = new Map<string, StarlarkFunction>();
  for (const { code, globals } of modules) {
    code.globals.forEach((name, i) => {
      const value = globals[i];
      if (value instanceof StarlarkFunction) functions.set(name, value);
    });
  }
  return functions;
}
