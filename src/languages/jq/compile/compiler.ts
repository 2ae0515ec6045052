/** The tree to instructions: which kind of node is made into what. */
import { JqSyntaxError } from "../errors.ts";
import type { Level, NativeFunction } from "../library/contract.ts";
import type { Node } from "../syntax/tree.ts";
import type { Value } from "../value.ts";
import { binaryOperators } from "../vm/operations.ts";
import { Builder } from "./builder.ts";
import type { Code, Image, Shortcut } from "./code.ts";
import {
  emitCall,
  emitLastCall,
  emitNative,
  emitValueParameters,
  emitVariable,
  intrinsicNames,
  withDefinition,
} from "./emit-call.ts";
import {
  emitAlternative,
  emitArray,
  emitBinding,
  emitBreak,
  emitComma,
  emitForeach,
  emitIf,
  emitLabel,
  emitLogical,
  emitReduce,
  emitTry,
} from "./emit-control.ts";
import { emitUpdate } from "./emit-update.ts";
import type { Emitter, Place } from "./emitter.ts";
import type { Library } from "./library.ts";
import {
  ASIDE_BEGIN,
  ASIDE_END,
  BINARY,
  CHECK_KEY,
  CONSTANT,
  DIRECT,
  EACH,
  FORK,
  INDEX,
  JOIN,
  JUMP_FALSE,
  MOVE,
  NATIVE,
  NEGATE,
  OBJECT,
  PATH_BEGIN,
  PATH_END,
  RECURSE,
  RETURN,
  SHORTCUT,
  SLICE,
  YIELD,
} from "./opcode.ts";
import type { ModuleLoader } from "./modules.ts";
import type { FunctionInfo, Scope } from "./scope.ts";
import { ShortcutMaker } from "./shortcut.ts";

/** Instructions beyond this are the fault of functions put in place of their calls; then calls stay calls. */
const INLINE_BUDGET = 4000;

/** Makes the image of one program. */
export class Compiler implements Emitter {
  readonly level: Level;
  readonly mainBuilder = new Builder("<top-level>", null, 1);
  readonly #library: Library;
  readonly #text: string;
  readonly #loader: ModuleLoader;
  readonly #codes: Code[] = [this.mainBuilder.code];
  readonly #constants: Value[] = [];
  readonly #simple = new Map<Value, number>();
  readonly #natives: NativeFunction[] = [];
  readonly #nativeNumbers = new Map<NativeFunction, number>();
  readonly #shortcuts: Shortcut[] = [];
  readonly #shortcutSteps: number[] = [];
  readonly #globals = new Map<string, number>();
  readonly #prelude = new Map<string, FunctionInfo>();
  readonly #pending: (() => void)[] = [];
  readonly #maker: ShortcutMaker | null;
  #inlined = 0;

  /** @param usesShortcuts off only to show that shortcuts and instructions do the same */
  constructor(library: Library, text: string, loader: ModuleLoader, usesShortcuts: boolean) {
    this.level = library.level;
    this.#library = library;
    this.#text = text;
    this.#loader = loader;
    this.#maker = usesShortcuts ? new ShortcutMaker(this) : null;
  }

  /** The image of the filter `body`, whose names beside the library's are in `scope`. */
  compile(body: Node, scope: Scope): Image {
    const place: Place = { builder: this.mainBuilder, scope, following: "never" };
    const whole = this.#maker?.of(body, place);
    this.emitLast(body, 0, place);
    for (let pending = this.#pending.pop(); pending !== undefined; pending = this.#pending.pop()) pending();
    return {
      codes: this.#codes,
      constants: this.#constants,
      natives: this.#natives,
      shortcuts: this.#shortcuts,
      shortcutSteps: this.#shortcutSteps,
      whole: whole?.run ?? null,
      wholeSteps: whole?.steps ?? 0,
      variables: this.#globals,
    };
  }

  emit(node: Node, input: number, place: Place): number {
    const simple = this.#simply(node, input, place);
    if (simple !== undefined) return simple;
    const shortcut = place.following === "always" ? undefined : this.#maker?.of(node, place);
    if (shortcut === undefined) return this.#instructions(node, input, place);
    const { builder } = place;
    const output = builder.register();
    const number = this.#shortcuts.push(shortcut.run) - 1;
    this.#shortcutSteps.push(shortcut.steps);
    if (place.following === "never") {
      builder.add(DIRECT, output, input, number);
      return output;
    }
    const end = builder.add(SHORTCUT, output, input, number, 0);
    builder.add(MOVE, output, this.#instructions(node, input, { ...place, following: "always" }));
    builder.land(end);
    return output;
  }

  emitLast(node: Node, input: number, place: Place): void {
    const { builder } = place;
    switch (node.kind) {
      case "pipe": {
        const before = node.steps.slice(0, -1).reduce((register, step) => this.emit(step, register, place), input);
        return this.emitLast(node.steps.at(-1)!, before, place);
      }
      case "comma":
        for (const branch of node.branches.slice(0, -1)) {
          const next = builder.add(FORK, 0);
          this.emitLast(branch, input, place);
          builder.land(next);
        }
        return this.emitLast(node.branches.at(-1)!, input, place);
      case "if": {
        const otherwise = builder.add(JUMP_FALSE, this.emitAside(node.condition, input, place), 0);
        this.emitLast(node.whenTrue, input, place);
        builder.land(otherwise);
        return this.emitLast(node.otherwise, input, place);
      }
      case "definition":
        return this.emitLast(node.body, input, withDefinition(node.definition, place));
      case "binding":
        return this.emitLast(node.body, input, emitBinding(this, node, input, place));
      case "label":
        return this.emitLast(node.body, input, emitLabel(node, place));
      case "call":
        if (emitLastCall(this, node, input, place)) return;
        break;
      default:
    }
    builder.add(builder === this.mainBuilder ? YIELD : RETURN, this.emit(node, input, place));
  }

  emitAside(node: Node, input: number, place: Place): number {
    const never: Place = { ...place, following: "never" };
    if (place.following === "never" || this.#isShort(node, place)) return this.emit(node, input, never);
    const kept = place.builder.register();
    place.builder.add(ASIDE_BEGIN, kept);
    const output = this.emit(node, input, never);
    place.builder.add(ASIDE_END, kept);
    return output;
  }

  isSingle(node: Node, place: Place): boolean {
    if (this.#maker === null) return false;
    return node.kind === "array" || this.#maker.of(node, { ...place, following: "never" }) !== undefined;
  }

  emitPath(node: Node, input: number, place: Place): number {
    const { builder } = place;
    const kept = builder.register();
    builder.register();
    const path = builder.register();
    builder.add(PATH_BEGIN, kept, input);
    const output = this.emit(node, input, { ...place, following: "always" });
    builder.add(PATH_END, path, kept, output);
    return path;
  }

  constant(value: Value): number {
    const isSimple = typeof value !== "object" || value === null;
    const known = isSimple ? this.#simple.get(value) : undefined;
    if (known !== undefined) return known;
    const number = this.#constants.push(value) - 1;
    if (isSimple) this.#simple.set(value, number);
    return number;
  }

  load(value: Value, { builder }: Place): number {
    const register = builder.register();
    builder.add(CONSTANT, register, this.constant(value));
    return register;
  }

  native(fn: NativeFunction): number {
    const known = this.#nativeNumbers.get(fn);
    if (known !== undefined) return known;
    const number = this.#natives.push(fn) - 1;
    this.#nativeNumbers.set(fn, number);
    return number;
  }

  findNative(name: string, arity: number): NativeFunction | undefined {
    return this.#library.natives.get(`${name}/${arity}`);
  }

  findPrelude(name: string, arity: number): FunctionInfo | undefined {
    const key = `${name}/${arity}`;
    const known = this.#prelude.get(key);
    if (known !== undefined) return known;
    const definition = this.#library.prelude.get(key);
    if (definition === undefined) return undefined;
    const fn: FunctionInfo = { definition, scope: () => null, builder: null, code: undefined };
    this.#prelude.set(key, fn);
    return fn;
  }

  libraryNames(): readonly string[] {
    const names = [...this.#library.natives.keys(), ...this.#library.prelude.keys(), ...intrinsicNames];
    return names.filter((name) => !name.startsWith("_"));
  }

  describeModule(name: string): Value {
    return this.#loader.describe(name);
  }

  global(name: string): number {
    const known = this.#globals.get(name);
    if (known !== undefined) return known;
    const register = this.mainBuilder.register();
    this.#globals.set(name, register);
    return register;
  }

  functionCode(fn: FunctionInfo): number {
    if (fn.code !== undefined) return fn.code;
    const { definition } = fn;
    const builder = new Builder(definition.name, fn.builder, 1 + definition.parameters.length);
    fn.code = this.#codes.push(builder.code) - 1;
    this.#pending.push(() => {
      let scope = fn.scope();
      for (const [number, { name }] of definition.parameters.entries()) {
        scope = { next: scope, kind: "filter", name, builder, register: 1 + number };
      }
      const place = emitValueParameters(this, definition.parameters, 0, { builder, scope, following: "perhaps" });
      this.emitLast(definition.body, 0, place);
    });
    return fn.code;
  }

  filterCode(node: Node, { builder: parent, scope }: Place): number {
    const builder = new Builder("filter", parent, 1);
    const code = this.#codes.push(builder.code) - 1;
    this.#pending.push(() => this.emitLast(node, 0, { builder, scope, following: "perhaps" }));
    return code;
  }

  mayInline(size: number): boolean {
    if (this.#inlined + size > INLINE_BUDGET) return false;
    this.#inlined += size;
    return true;
  }

  error(message: string, at: number): JqSyntaxError {
    const before = this.#text.slice(0, at);
    return new JqSyntaxError(message, before.split("\n").length, at - before.lastIndexOf("\n"));
  }

  /** What takes no instruction, or one that needs no shortcut. */
  #simply(node: Node, input: number, place: Place): number | undefined {
    if (node.kind === "identity") return input;
    if (node.kind === "literal") return this.load(node.value, place);
    if (node.kind === "variable") return emitVariable(this, node.name, node.at, place);
    return undefined;
  }

  /** Does `node` follow no path even where paths are followed. */
  #isShort(node: Node, place: Place): boolean {
    if (node.kind === "identity" || node.kind === "literal" || node.kind === "variable") return true;
    return this.#maker?.of(node, { ...place, following: "never" }) !== undefined;
  }

  #instructions(node: Node, input: number, place: Place): number {
    const { builder } = place;
    switch (node.kind) {
      case "identity":
        return input;
      case "literal":
        return this.load(node.value, place);
      case "variable":
        return emitVariable(this, node.name, node.at, place);
      case "location":
        return this.load(
          new Map<string, Value>([
            ["file", "<top-level>"],
            ["line", node.line],
          ]),
          place,
        );
      case "pipe":
        return node.steps.reduce((register, step) => this.emit(step, register, place), input);
      case "comma":
        return emitComma(this, node.branches, input, place);
      case "if":
        return emitIf(this, node, input, place);
      case "logical":
        return emitLogical(this, node, input, place);
      case "alternative":
        return emitAlternative(this, node, input, place);
      case "try":
        return emitTry(this, node, input, place);
      case "array":
        return emitArray(this, node, input, place);
      case "reduce":
        return emitReduce(this, node, input, place);
      case "foreach":
        return emitForeach(this, node, input, place);
      case "update":
        return emitUpdate(this, node, input, place);
      case "call":
        return emitCall(this, node, input, place);
      case "definition":
        return this.emit(node.body, input, withDefinition(node.definition, place));
      case "binding":
        return this.emit(node.body, input, emitBinding(this, node, input, place));
      case "label":
        return this.emit(node.body, input, emitLabel(node, place));
      case "break":
        return emitBreak(this, node.name, node.at, place);
      default: {
        const output = builder.register();
        this.#operation(node, input, output, place);
        return output;
      }
    }
  }

  /** Nodes that are one instruction after their operands, which are evaluated from the last to the first. */
  #operation(node: Operation, input: number, output: number, place: Place): void {
    const { builder } = place;
    switch (node.kind) {
      case "recurse":
        builder.add(RECURSE, output, input);
        return;
      case "index": {
        const key = this.emitAside(node.index, input, place);
        const target = this.emit(node.target, input, place);
        builder.add(INDEX, output, target, key, Number(node.optional));
        return;
      }
      case "slice": {
        const from = node.from === null ? this.load(null, place) : this.emitAside(node.from, input, place);
        const to = node.to === null ? this.load(null, place) : this.emitAside(node.to, input, place);
        const target = this.emit(node.target, input, place);
        builder.add(SLICE, output, target, from, to, Number(node.optional));
        return;
      }
      case "iterate":
        builder.add(EACH, output, this.emit(node.target, input, place), Number(node.optional));
        return;
      case "binary": {
        const right = this.emitAside(node.right, input, place);
        const left = this.emitAside(node.left, input, place);
        builder.add(BINARY, output, left, right, binaryOperators.indexOf(node.operator));
        return;
      }
      case "negation":
        builder.add(NEGATE, output, this.emitAside(node.operand, input, place));
        return;
      case "format":
        builder.add(MOVE, output, this.#format(node.name, input, place));
        return;
      case "text": {
        const parts = node.parts.toReversed().map((part) => {
          if (typeof part === "string") return this.load(part, place);
          return this.#format(node.format, this.emitAside(part, input, place), place);
        });
        builder.add(JOIN, output, parts.length, ...parts.toReversed());
        return;
      }
      default: {
        const members: number[] = [];
        for (const entry of node.entries) {
          const key = this.emitAside(entry.key, input, place);
          const value = this.emitAside(entry.value, input, place);
          if (entry.key.kind !== "literal") builder.add(CHECK_KEY, key);
          members.push(key, value);
        }
        builder.add(OBJECT, output, members.length, ...members);
      }
    }
  }

  /** A register with `value` as the text that the format makes of it. */
  #format(name: string, value: number, place: Place): number {
    if (name === "text") return emitNative(this, this.native(this.findNative("tostring", 0)!), [], value, place);
    const output = place.builder.register();
    place.builder.add(NATIVE, output, this.native(this.findNative("format", 1)!), 1, value, this.load(name, place));
    return output;
  }
}

/** The kinds of nodes that end in one instruction. */
type Operation = Extract<
  Node,
  { kind: "recurse" | "index" | "slice" | "iterate" | "binary" | "negation" | "format" | "text" | "object" }
>;
