/** Methods that every value has. */
import { EvaluationError } from "../failure.ts";
import { add, described, divide, equal, modulo, multiply, order, power, requireOrder, subtract } from "../operators.ts";
import {
  ApiObject,
  Constant,
  Day,
  Float,
  Hash,
  holds,
  inspect,
  Moment,
  textOf,
  typeOf,
  type Value,
} from "../values.ts";
import { argument, type Method, type MethodTable } from "./method.ts";

const compare =
  (test: (difference: number) => boolean): Method =>
  (self, call) =>
    test(requireOrder(self, argument(call, 0)));

export const commonMethods: MethodTable = {
  "==": (self, call) => equal(self, argument(call, 0)),
  "eql?": (self, call) => equal(self, argument(call, 0)),
  "===": (self, call) => (self instanceof Constant ? isA(argument(call, 0), self) : equal(self, argument(call, 0))),
  "<=>": (self, call) => {
    const difference = order(self, argument(call, 0));
    return difference === undefined ? null : Math.sign(difference);
  },
  "<": compare((difference) => difference < 0),
  "<=": compare((difference) => difference <= 0),
  ">": compare((difference) => difference > 0),
  ">=": compare((difference) => difference >= 0),
  "between?": (self, call) => requireOrder(self, argument(call, 0)) >= 0 && requireOrder(self, argument(call, 1)) <= 0,
  "=~": (self, call) => {
    if (self === null) return null;
    throw new EvaluationError(`${described(self)} cannot be matched with ${described(argument(call, 0))}`);
  },
  "+": (self, call) => charged(add(self, argument(call, 0)), call.meter),
  "-": (self, call) => subtract(self, argument(call, 0)),
  "*": (self, call) => multiply(self, argument(call, 0), (bytes) => call.meter.allocate(bytes)),
  "/": (self, call) => divide(self, argument(call, 0)),
  "%": (self, call) => modulo(self, argument(call, 0)),
  modulo: (self, call) => modulo(self, argument(call, 0)),
  "**": (self, call) => power(self, argument(call, 0)),
  "nil?": (self) => self === null,
  "blank?": (self) => !holds(self),
  "present?": (self, call) => !holds(call.send(self, "blank?", [])),
  presence: (self, call) => (holds(call.send(self, "blank?", [])) ? null : self),
  "in?": (self, call) => call.send(argument(call, 0), "include?", [self]),
  to_s: textOf,
  inspect: (self) => inspect(self),
  to_a: (self) => (self === null ? [] : [self]),
  yield_self: (self, call) => call.block?.(self) ?? self,
  itself: (self) => self,
  freeze: (self) => self,
  dup: (self) => self,
  "is_a?": (self, call) => isA(self, argument(call, 0)),
  "kind_of?": (self, call) => isA(self, argument(call, 0)),
  "instance_of?": (self, call) => isA(self, argument(call, 0)),
};

function charged(value: Value, meter: { allocate(bytes: number): void }): Value {
  if (typeof value === "string" || Array.isArray(value))
    meter.allocate(value.length * (typeof value === "string" ? 1 : 8));
  return value;
}

function isA(value: Value, type: Value): boolean {
  const name = textOf(type);
  if (typeOf(value) === name || name === "Object") return true;
  if (name === "Numeric") return typeof value === "number" || value instanceof Float;
  return name === "DateTime" && value instanceof Moment;
}

/** Methods of nil and of true and false. */
export const plainMethods: MethodTable<null | boolean> = {
  "&": (self, call) => holds(self) && holds(argument(call, 0)),
  "|": (self, call) => holds(self) || holds(argument(call, 0)),
  to_i: (self) => (self === null ? 0 : missing(self, "to_i")),
  to_f: (self) => (self === null ? new Float(0) : missing(self, "to_f")),
  to_h: (self) => (self === null ? Hash.of([]) : missing(self, "to_h")),
  dig: (self) => (self === null ? null : missing(self, "dig")),
};

/** Throws EvaluationError. */
export function missing(self: Value, name: string): never {
  const what = self instanceof ApiObject || self instanceof Day ? typeOf(self) : described(self);
  throw new EvaluationError(`there is no method ${name} for ${what}`);
}
