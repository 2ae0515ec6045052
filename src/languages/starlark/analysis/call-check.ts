/** Whether the arguments of a call fit the parameters of what is called, without calling it. */
import { parseDuration } from "../../../core/duration.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import { nearest } from "../library/spelling.ts";
import type { BuiltinSpec } from "../library/builtin.ts";
import type { Argument, CallExpression, Expression, FunctionNode } from "../syntax/tree.ts";
import { toText } from "../values/text.ts";
import { members, showType, type Type } from "./static-type.ts";

/** What is wrong with a call. */
export interface CallProblem {
  message: string;
  /** The argument that is wrong; undefined when one is missing. */
  argument?: Argument;
  /** The keyword that was probably meant. */
  meant?: string;
}

/** A parameter, of a builtin or of a script's function. */
interface Slot {
  name: string;
  required: boolean;
  byPosition: boolean;
  byName: boolean;
  type?: string;
}

interface Shape {
  name: string;
  slots: Slot[];
  takesMore: boolean;
  takesAnyName: boolean;
}

/** Problems of a call of a builtin; `shown` is how the script writes it. */
export function checkBuiltinCall(
  call: CallExpression,
  spec: BuiltinSpec,
  shown: string,
  typeOf: (expression: Expression) => Type,
): CallProblem[] {
  const shape = shapeOfBuiltin(spec, shown);
  const problems = checkShape(call, shape);
  return problems.length > 0 ? problems : checkTypes(call, shape, typeOf);
}

/** Problems of a call of a function of a script. */
export function checkFunctionCall(call: CallExpression, node: FunctionNode, name: string): CallProblem[] {
  return checkShape(call, shapeOfFunction(node, name));
}

function shapeOfBuiltin({ parameters }: BuiltinSpec, shown: string): Shape {
  const slots: Slot[] = [];
  let byPosition = true;
  for (const { name, type, passing, default: byDefault } of parameters) {
    if (passing === "args") byPosition = false;
    if (passing === "args" || passing === "kwargs") continue;
    slots.push({ name, type, required: byDefault === undefined, byPosition, byName: passing !== "positional" });
  }
  return {
    name: shown,
    slots,
    takesMore: !byPosition,
    takesAnyName: parameters.some(({ passing }) => passing === "kwargs"),
  };
}

function shapeOfFunction({ parameters }: FunctionNode, name: string): Shape {
  const slots: Slot[] = [];
  let byPosition = true;
  for (const parameter of parameters) {
    if (parameter.kind === "args" || parameter.kind === "bare-star") byPosition = false;
    if (parameter.kind !== "positional") continue;
    const required = parameter.default === undefined;
    slots.push({ name: parameter.name!.name, required, byPosition, byName: true });
  }
  return {
    name,
    slots,
    takesMore: parameters.some(({ kind }) => kind === "args"),
    takesAnyName: parameters.some(({ kind }) => kind === "kwargs"),
  };
}

function checkShape(call: CallExpression, shape: Shape): CallProblem[] {
  const { slots, name } = shape;
  const spread = call.arguments.some(({ kind }) => kind === "args" || kind === "kwargs");
  const positional = call.arguments.filter(({ kind }) => kind === "positional");
  const places = slots.filter(({ byPosition }) => byPosition);
  const problems: CallProblem[] = [];
  const extra = shape.takesMore ? undefined : positional[places.length];
  if (extra !== undefined) {
    const most = places.length === 0 ? "none" : `at most ${places.length}`;
    problems.push({ message: `${name} takes ${most} by position, and gets ${positional.length}`, argument: extra });
  }
  const filled = new Set(places.slice(0, positional.length).map((slot) => slot.name));
  for (const argument of call.arguments) {
    if (argument.kind === "named") problems.push(...checkNamed(argument, shape, filled));
  }
  const missing = slots.filter((slot) => slot.required && !filled.has(slot.name));
  if (!spread && missing.length > 0 && problems.length === 0) {
    problems.push({ message: `${name} needs ${missing.map((slot) => toText(slot.name)).join(", ")}` });
  }
  return problems;
}

function checkNamed(argument: Argument, shape: Shape, filled: Set<string>): CallProblem[] {
  const keyword = argument.name!;
  const shown = toText(keyword);
  const slot = shape.slots.find(({ name, byName }) => byName && name === keyword);
  if (slot === undefined) {
    if (shape.takesAnyName) return [];
    const names = shape.slots.filter(({ byName }) => byName).map(({ name }) => name);
    if (names.length === 0) return [{ message: `${shape.name} takes no named arguments, and gets ${shown}`, argument }];
    const meant = nearest(keyword, names);
    const hint = meant === undefined ? `; it has ${names.map(toText).join(", ")}` : ` (did you mean ${toText(meant)}?)`;
    const problem = { message: `${shape.name} has no parameter ${shown}${hint}`, argument };
    return [meant === undefined ? problem : { ...problem, meant }];
  }
  if (filled.has(keyword)) return [{ message: `${shape.name} gets ${shown} twice`, argument }];
  filled.add(keyword);
  return [];
}

/** Arguments whose type is known and not among those that a parameter accepts. */
function checkTypes(call: CallExpression, shape: Shape, typeOf: (expression: Expression) => Type): CallProblem[] {
  const problems: CallProblem[] = [];
  let place = 0;
  for (const argument of call.arguments) {
    if (argument.kind === "args" || argument.kind === "kwargs") break;
    const slot =
      argument.kind === "named"
        ? shape.slots.find(({ name, byName }) => byName && name === argument.name)
        : shape.slots.filter(({ byPosition }) => byPosition)[place++];
    if (slot?.type === undefined) continue;
    const type = typeOf(argument.value);
    const duration = durationProblem(slot.type, type);
    if (duration !== undefined)
      problems.push({ message: `${shape.name}: ${toText(slot.name)}: ${duration}`, argument });
    if (accepts(slot.type, type)) continue;
    const got = showType(type);
    problems.push({ message: `${shape.name}: ${toText(slot.name)} is ${got}, want ${slot.type}`, argument });
  }
  return problems;
}

/** Why a text is no duration, where one is wanted. */
function durationProblem(wanted: string, type: Type): string | undefined {
  if (!wanted.split(" | ").includes("duration") || type.kind !== "instance" || type.literal === undefined)
    return undefined;
  try {
    parseDuration(toText(type.literal));
    return undefined;
  } catch (error) {
    if (error instanceof AutoFlowError) return error.message;
    throw error;
  }
}

/** The types of values by what the tables call them; a name that is not here stands for itself. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  None: ["NoneType"],
  iterable: ["list", "tuple", "dict", "set", "range", "iterable"],
  sequence: ["list", "tuple", "dict", "set", "range", "string", "bytes"],
  callable: ["function", "future", "builtin"],
  duration: ["time.duration", "string", "int", "float"],
  time: ["time.time", "string", "int", "float"],
  struct: ["struct"],
};

/** Names that the check understands; a parameter of any other type accepts everything. */
const understood = new Set(
  "string bytes int float bool list dict set tuple None iterable callable duration time struct secret".split(" "),
);

function accepts(wanted: string, type: Type): boolean {
  const names = wanted.split("|").map((part) => part.trim());
  if (!names.every((name) => understood.has(name))) return true;
  const accepted = new Set(names.flatMap((name) => kinds[name] ?? [name]));
  // A verb that takes several types checks them itself: a tuple is as good as a list, a struct as a dict.
  if (names.length > 1 && accepted.has("list")) accepted.add("tuple");
  if (names.length > 1 && accepted.has("dict")) accepted.add("struct");
  return members(type).some((member) => {
    if (member.kind === "any") return true;
    if (member.kind === "function" || member.kind === "builtin") return accepted.has("function");
    return member.kind === "instance" && isAccepted(member.name, accepted);
  });
}

/** Types of values that the tables may not name are taken for anything. */
const ordinary = new Set(
  "string bytes int float bool list dict set tuple range NoneType struct time.time time.duration".split(" "),
);

function isAccepted(name: string, accepted: ReadonlySet<string>): boolean {
  return accepted.has(name) || !ordinary.has(name);
}
