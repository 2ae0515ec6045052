/** Modules' code as bytes. */
import {
  ArgumentNames,
  type Capture,
  type Constant,
  FunctionCode,
  type ModuleCode,
  PredeclaredName,
} from "../compile/code.ts";
import { instructionLength } from "../compile/opcode.ts";
import { Bytes, Float } from "../values/value.ts";
import { type ByteReader, type ByteWriter, CorruptBytes } from "./bytes.ts";

// Kinds of constants; append-only.
const none = 0;
const no = 1;
const yes = 2;
const int = 3;
const bigInt = 4;
const float = 5;
const string = 6;
const bytes = 7;
const predeclared = 8;
const argumentNames = 9;

export function writeModule(out: ByteWriter, module: ModuleCode): void {
  out.text(module.path);
  writeTexts(out, module.globals);
  out.natural(module.exported);
  writeTexts(out, module.loads);
  out.natural(module.constants.length);
  for (const constant of module.constants) writeConstant(out, constant);
  out.natural(module.functions.length);
  for (const code of module.functions) writeFunction(out, code);
}

/** A data file's module has no functions. Throws CorruptBytes. */
export function readModule(input: ByteReader): ModuleCode {
  const path = input.text();
  const globals = readTexts(input);
  const exported = input.index(globals.length + 1, "global");
  const loads = readTexts(input);
  const constants = readMany(input, readConstant);
  const functions = readMany(input, () => readFunction(input, path));
  return { path, globals, exported, loads, constants, functions };
}

function writeTexts(out: ByteWriter, texts: readonly string[]): void {
  out.natural(texts.length);
  for (const text of texts) out.text(text);
}

function readTexts(input: ByteReader): string[] {
  return readMany(input, () => input.text());
}

function readMany<T>(input: ByteReader, read: (input: ByteReader) => T): T[] {
  const count = input.count();
  const list: T[] = [];
  for (let i = 0; i < count; i++) list.push(read(input));
  return list;
}

function writeConstant(out: ByteWriter, constant: Constant): void {
  if (constant === null) out.byte(none);
  else if (typeof constant === "boolean") out.byte(constant ? yes : no);
  else if (typeof constant === "number") {
    out.byte(int);
    out.integer(constant);
  } else if (typeof constant === "bigint") {
    out.byte(bigInt);
    out.text(constant.toString(16));
  } else if (typeof constant === "string") {
    out.byte(string);
    out.text(constant);
  } else if (constant instanceof Float) {
    out.byte(float);
    out.double(constant.value);
  } else if (constant instanceof Bytes) {
    out.byte(bytes);
    out.text(constant.data);
  } else if (constant instanceof PredeclaredName) {
    out.byte(predeclared);
    out.text(constant.name);
  } else {
    out.byte(argumentNames);
    writeTexts(out, constant.names);
  }
}

function readConstant(input: ByteReader): Constant {
  const kind = input.byte();
  switch (kind) {
    case none:
      return null;
    case no:
      return false;
    case yes:
      return true;
    case int:
      return input.integer();
    case bigInt: {
      const text = input.text();
      if (!/^-?[0-9a-f]+$/.test(text)) throw new CorruptBytes("not an integer");
      const magnitude = BigInt(`0x${text.replace("-", "")}`);
      return text.startsWith("-") ? -magnitude : magnitude;
    }
    case float:
      return new Float(input.double());
    case string:
      return input.text();
    case bytes:
      return new Bytes(input.text());
    case predeclared:
      return new PredeclaredName(input.text());
    case argumentNames:
      return new ArgumentNames(readTexts(input));
    default:
      throw new CorruptBytes(`there is no constant of kind ${kind}`);
  }
}

function writeFunction(out: ByteWriter, code: FunctionCode): void {
  out.text(code.name);
  out.text(code.doc);
  out.natural(code.line);
  out.natural(code.column);
  writeTexts(out, code.locals);
  out.natural(code.parameterCount);
  writeNumbers(out, code.parameters);
  out.natural(code.keywordOnly);
  out.integer(code.rest);
  out.integer(code.namedRest);
  writeNumbers(out, code.defaults);
  out.natural(code.captures.length);
  for (const { name, from, index } of code.captures) {
    out.text(name);
    out.byte(from === "cell" ? 0 : 1);
    out.natural(index);
  }
  writeNumbers(out, code.cells);
  out.natural(code.registers);
  writeNumbers(out, code.code);
  writeNumbers(out, code.positions);
  writeNumbers(out, code.tops);
  writeNumbers(out, code.loops);
}

function readFunction(input: ByteReader, path: string): FunctionCode {
  const name = input.text();
  const doc = input.text();
  const line = input.natural();
  const column = input.natural();
  const locals = readTexts(input);
  const parameterCount = input.index(locals.length + 1, "parameter");
  const parameters = readNumbers(input);
  const keywordOnly = input.index(parameters.length + 1, "parameter");
  const rest = input.integer();
  const namedRest = input.integer();
  const defaults = readNumbers(input);
  const captures = readMany(input, readCapture);
  const cells = readNumbers(input);
  const registers = input.natural();
  const code = input.integers();
  checkCode(code);
  return new FunctionCode({
    name,
    doc,
    path,
    line,
    column,
    locals,
    parameterCount,
    parameters,
    keywordOnly,
    rest,
    namedRest,
    defaults,
    captures,
    cells,
    registers,
    code,
    positions: input.integers(),
    tops: input.integers(),
    loops: input.integers(),
  });
}

function readCapture(input: ByteReader): Capture {
  return { name: input.text(), from: input.byte() === 0 ? "cell" : "free", index: input.natural() };
}

function writeNumbers(out: ByteWriter, numbers: ArrayLike<number>): void {
  out.natural(numbers.length);
  for (let i = 0; i < numbers.length; i++) out.integer(numbers[i]!);
}

function readNumbers(input: ByteReader): number[] {
  return [...input.integers()];
}

/** The code consists of whole, known instructions. */
function checkCode(code: Int32Array): void {
  let pc = 0;
  while (pc < code.length) {
    const length = instructionLength[code[pc]!];
    if (length === undefined) throw new CorruptBytes(`opcode ${code[pc]} is not known`);
    pc += length;
  }
  if (pc !== code.length) throw new CorruptBytes("an instruction is cut off");
}
