/** Methods of numbers. */
import { EvaluationError } from "../failure.ts";
import { Float, type Value } from "../values.ts";
import { blockOf, integerArgument, type Invocation, type MethodTable } from "./method.ts";
import { order } from "../operators.ts";

type Numeric = number | Float;

const raw = (value: Value): number => (value instanceof Float ? value.value : (value as number));

/** A float where it was one, else an integer. */
const like = (self: Numeric, value: number): Numeric => (self instanceof Float ? new Float(value) : value);

export const numberMethods: MethodTable<Numeric> = {
  "-@": (self) => like(self, -raw(self)),
  abs: (self) => like(self, Math.abs(raw(self))),
  round: (self, call) => rounded(self, call, (value) => Math.sign(value) * Math.round(Math.abs(value))),
  floor: (self, call) => rounded(self, call, Math.floor),
  ceil: (self, call) => rounded(self, call, Math.ceil),
  to_i: (self) => whole(Math.trunc(raw(self))),
  to_int: (self) => whole(Math.trunc(raw(self))),
  to_f: (self) => new Float(raw(self)),
  "zero?": (self) => raw(self) === 0,
  "positive?": (self) => raw(self) > 0,
  "negative?": (self) => raw(self) < 0,
  "even?": (self) => raw(self) % 2 === 0,
  "odd?": (self) => Math.abs(raw(self) % 2) === 1,
  "between?": (self, { args }) => (order(self, args[0] ?? null) ?? -1) >= 0 && (order(self, args[1] ?? null) ?? 1) <= 0,
  clamp: (self, { args }) => {
    const [low = null, high = null] = args;
    if ((order(self, low) ?? 0) < 0) return low;
    return (order(self, high) ?? 0) > 0 ? high : self;
  },
  succ: (self) => like(self, raw(self) + 1),
  pred: (self) => like(self, raw(self) - 1),
  fdiv: (self, call) => new Float(raw(self) / raw(call.args[0] ?? Number.NaN)),
  div: (self, call) => {
    const by = integerArgument(call, 0);
    if (by === 0) throw new EvaluationError("divided by 0");
    return Math.floor(raw(self) / by);
  },
  ordinalize: (self) => `${raw(self)}${ordinal(raw(self))}`,
  times: (self, call) => {
    const block = call.block;
    const count = Math.max(0, raw(self));
    call.meter.charge(count);
    call.meter.allocate(count * 8);
    const numbers = Array.from({ length: count }, (_, i) => i);
    if (block === undefined) return numbers;
    for (const number of numbers) blockOf(call)(number);
    return self;
  },
  "blank?": () => false,
};

function whole(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new EvaluationError("the number is too large");
}

function rounded(self: Numeric, call: Invocation, round: (value: number) => number): Value {
  const digits = integerArgument(call, 0, 0);
  const scale = 10 ** digits;
  const value = round(raw(self) * scale) / scale;
  return digits > 0 ? like(self, value) : whole(value);
}

function ordinal(value: number): string {
  const tens = Math.abs(value) % 100;
  return tens > 10 && tens < 14 ? "th" : (["th", "st", "nd", "rd"][tens % 10] ?? "th");
}
