/** What calls of builtins answer, where the arguments say more than the table. */
import type { CallExpression } from "../syntax/tree.ts";
import type { Inference } from "./infer.ts";
import {
  any,
  bool,
  elementOf,
  instance,
  int,
  members,
  none,
  string,
  union,
  type Field,
  type Type,
} from "./static-type.ts";
import { argumentOf, stringLiterals, textOf } from "./triggers.ts";
import { resultOf } from "./vocabulary.ts";

/** What a call of something that is no function of a script answers. */
export function callResult(inference: Inference, call: CallExpression, callee: Type): Type {
  if (callee.kind === "instance" && callee.name === "future") return callee.element ?? any;
  if (callee.kind !== "builtin") return any;
  const special = specialResults[callee.shown.replace(/^w\./, "")];
  return special?.(inference, call) ?? methodResult(inference, call, callee.shown) ?? resultOf(callee.spec);
}

type SpecialResult = (inference: Inference, call: CallExpression) => Type | undefined;

const eventResult: SpecialResult = (inference, call) => {
  const event = inference.eventType(stringLiterals(argumentOf(call, "type", 0)).map(textOf));
  const timeout = argumentOf(call, "timeout", 2);
  const instead = argumentOf(call, "timeout_value", 3);
  if (timeout === undefined) return event;
  return union([event, instead === undefined ? none : inference.typeOf(instead)]);
};

const specialResults: Readonly<Record<string, SpecialResult>> = {
  wait_for_event: eventResult,
  event: (inference, call) => {
    const types = stringLiterals(argumentOf(call, "type", 0)).map(textOf);
    return instance("future", { element: inference.eventType(types) });
  },
  struct: (inference, call) => instance("struct", namedFields(inference, call)),
  dict: (inference, call) =>
    call.arguments.every(({ kind }) => kind === "named") ? instance("dict", namedFields(inference, call)) : undefined,
  attempt: (inference, call) => attemptResult(firstResult(inference, call)),
  go: (inference, call) => instance("future", { element: firstResult(inference, call) }),
  all: (inference, call) => {
    const hasOptions = call.arguments.some(({ kind }) => kind !== "positional");
    const future = elementOf(firstType(inference, call));
    if (future.kind !== "instance" || future.name !== "future" || future.element === undefined) return undefined;
    return hasOptions ? undefined : instance("list", { element: future.element });
  },
  list: (inference, call) => copied(inference, call, "list"),
  sorted: (inference, call) => copied(inference, call, "list"),
  reversed: (inference, call) => copied(inference, call, "list"),
  tuple: (inference, call) => copied(inference, call, "tuple"),
  set: (inference, call) => copied(inference, call, "set"),
  enumerate: (inference, call) => {
    const elements = [int, elementOf(firstType(inference, call))];
    return instance("list", { element: instance("tuple", { elements }) });
  },
  zip: (inference, call) => {
    const elements = call.arguments.map(({ value }) => elementOf(inference.typeOf(value)));
    return instance("list", { element: instance("tuple", { elements }) });
  },
};

function namedFields(inference: Inference, call: CallExpression): { fields: Map<string, Field>; closed: boolean } {
  const fields = new Map<string, Field>();
  for (const { kind, name, value } of call.arguments) {
    if (kind === "named") fields.set(name!, { type: inference.typeOf(value) });
  }
  return { fields, closed: call.arguments.every(({ kind }) => kind === "named") };
}

/** What the function that is passed first answers. */
function firstResult(inference: Inference, call: CallExpression): Type {
  const type = firstType(inference, call);
  if (type.kind === "builtin") return resultOf(type.spec);
  return type.kind === "function" ? inference.resultOf(type) : any;
}

const errorFields: ReadonlyMap<string, Field> = new Map([
  ["type", { type: string, doc: 'What kind of failure it is: "script", "http", "timeout", …' }],
  ["code", { type: string, doc: "A code of the error catalogue." }],
  ["message", { type: string, doc: "What went wrong, for people." }],
  ["retryable", { type: bool, doc: "Whether trying again could help." }],
  ["attempts", { type: int, doc: "How often it was tried; 0 for an error of the script." }],
  ["details", { type: any, doc: "More about it, or None." }],
]);

function attemptResult(value: Type): Type {
  const fields = new Map<string, Field>([
    ["ok", { type: bool, doc: "Whether it succeeded." }],
    ["value", { type: value, doc: "What the function answered; None after an error." }],
    [
      "error",
      {
        type: union([instance("struct", { fields: errorFields, closed: true }), none]),
        doc: "What went wrong; None after success.",
      },
    ],
  ]);
  return instance("struct", { fields, closed: true });
}

function firstType(inference: Inference, call: CallExpression): Type {
  const [first] = call.arguments;
  return first?.kind === "positional" ? inference.typeOf(first.value) : any;
}

function copied(inference: Inference, call: CallExpression, name: string): Type {
  const element = elementOf(firstType(inference, call));
  return instance(name, element.kind === "any" ? {} : { element });
}

/** What methods answer that hand out what their receiver holds. */
function methodResult(inference: Inference, call: CallExpression, shown: string): Type | undefined {
  if (call.callee.kind !== "dot") return undefined;
  const receivers = members(inference.typeOf(call.callee.object));
  const [receiver] = receivers;
  if (receiver?.kind !== "instance" || receivers.length > 1) return undefined;
  switch (shown) {
    case "dict.get":
    case "dict.pop":
    case "dict.setdefault":
      return entryType(inference, call, receiver);
    case "dict.items": {
      const elements = [string, receiver.element ?? any];
      return instance("list", { element: instance("tuple", receiver.fields === undefined ? {} : { elements }) });
    }
    case "dict.values":
      return instance("list", receiver.element === undefined ? {} : { element: receiver.element });
    case "string.split":
    case "string.rsplit":
    case "string.splitlines":
      return instance("list", { element: string });
    case "string.partition":
    case "string.rpartition":
      return instance("tuple", { elements: [string, string, string], element: string });
    case "list.pop":
      return receiver.element ?? any;
    case "future.get":
      return call.arguments.length === 0 ? (receiver.element ?? any) : any;
    default:
      return undefined;
  }
}

function entryType(inference: Inference, call: CallExpression, receiver: Extract<Type, { kind: "instance" }>): Type {
  const [key, otherwise] = call.arguments;
  const found = key?.value.kind === "string" ? receiver.fields?.get(key.value.value)?.type : undefined;
  return union([found ?? any, otherwise === undefined ? none : inference.typeOf(otherwise.value)]);
}
