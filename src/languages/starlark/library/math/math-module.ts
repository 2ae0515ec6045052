/** The module math. Every result is the same on every host, and the one that Go computes on amd64. */
import { EvalError } from "../../values/errors.ts";
import { isNumber } from "../../values/floats.ts";
import { isInt, numberToInt } from "../../values/integers.ts";
import { ModuleValue } from "../../values/struct.ts";
import { typeName } from "../../values/type-name.ts";
import { Float, type Value } from "../../values/value.ts";
import { defineBuiltin } from "../arguments.ts";
import { Builtin, type BuiltinSpec } from "../builtin.ts";
import { exp, log as naturalLog, pow } from "./exponential.ts";
import { gamma } from "./gamma.ts";
import { acosh, asinh, atanh, cosh, sinh, tanh } from "./hyperbolic.ts";
import { acos, asin, atan, atan2, cos, sin, tan } from "./trigonometric.ts";
import { positional, tableOf } from "../parameters.ts";

/** Too large an int is infinite here. */
function toNumber(value: Value): number {
  return value instanceof Float ? value.value : Number(value);
}

function unary(name: string, doc: string, compute: (x: number) => number): BuiltinSpec {
  return defineBuiltin(
    { name, doc, parameters: [positional("x", "float | int")], returns: "float" },
    (thread, _self, x) => {
      thread.charge(16);
      return new Float(compute(toNumber(x!)));
    },
  );
}

function binary(name: string, doc: string, compute: (x: number, y: number) => number): BuiltinSpec {
  return defineBuiltin(
    { name, doc, parameters: [positional("x", "float | int"), positional("y", "float | int")], returns: "float" },
    (thread, _self, x, y) => {
      thread.charge(16);
      return new Float(compute(toNumber(x!), toNumber(y!)));
    },
  );
}

/** floor and ceil, which make an int. */
function toInteger(name: string, doc: string, round: (x: number) => number): BuiltinSpec {
  return defineBuiltin({ name, doc, parameters: [positional("x", "any")], returns: "int" }, (_thread, _self, x) => {
    if (!isNumber(x!)) throw new EvalError(`got ${typeName(x!)}, want float or int`);
    return isInt(x) ? x : numberToInt(new Float(round(x.value)));
  });
}

const log = defineBuiltin(
  {
    name: "log",
    doc: "The logarithm of x in a base, e by default.",
    parameters: [positional("x", "float | int"), positional("base", "float | int", "e")],
    returns: "float",
  },
  (thread, _self, x, base) => {
    const radix = base === undefined ? Math.E : toNumber(base);
    if (radix === 1) throw new EvalError("division by zero");
    thread.charge(16);
    return new Float(naturalLog(toNumber(x!)) / naturalLog(radix));
  },
);

/** Half away from zero. */
function round(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}

function copysign(x: number, y: number): number {
  const negative = y < 0 || Object.is(y, -0);
  return negative ? -Math.abs(x) : Math.abs(x);
}

/** x - n·y for the integer n nearest to x/y, the even one of two (IEEE 754). */
function remainder(x: number, y: number): number {
  if (!Number.isFinite(x) || Number.isNaN(y) || y === 0) return Number.NaN;
  if (!Number.isFinite(y)) return x;
  const divisor = Math.abs(y);
  const magnitude = Math.abs(x);
  if (magnitude === divisor) return x < 0 ? -0 : 0;
  // Modulo twice the divisor keeps the parity of the quotient.
  let rest = divisor <= Number.MAX_VALUE / 2 ? magnitude % (2 * divisor) : magnitude;
  if (isAboveHalf(rest, divisor)) {
    rest -= divisor;
    if (rest >= divisor / 2 || (divisor < 2 ** -1021 && rest + rest >= divisor)) rest -= divisor;
  }
  return x < 0 || Object.is(x, -0) ? -rest : rest;
}

function isAboveHalf(rest: number, divisor: number): boolean {
  return divisor < 2 ** -1021 ? rest + rest > divisor : rest > divisor / 2;
}

/** The length of the vector (x, y), without overflow on the way. */
function hypot(x: number, y: number): number {
  const greater = Math.max(Math.abs(x), Math.abs(y));
  const lesser = Math.min(Math.abs(x), Math.abs(y));
  if (Math.abs(x) === Infinity || Math.abs(y) === Infinity) return Infinity;
  if (greater === 0) return 0;
  const ratio = lesser / greater;
  return greater * Math.sqrt(ratio * ratio + 1);
}

const specs: readonly BuiltinSpec[] = [
  toInteger("ceil", "The least integer that is not below x.", Math.ceil),
  toInteger("floor", "The greatest integer that is not above x.", Math.floor),
  binary("copysign", "The magnitude of x with the sign of y.", copysign),
  binary("mod", "The remainder of x/y with the sign of x.", (x, y) => x % y),
  binary("pow", "x to the power y.", pow),
  binary("remainder", "x - n·y for the integer n nearest to x/y (IEEE 754).", remainder),
  binary("atan2", "The angle of the point (y, x) from the x axis, in radians.", atan2),
  binary("hypot", "The length of the vector (x, y).", hypot),
  unary("fabs", "x without its sign, as a float.", Math.abs),
  unary("round", "The nearest integer as a float, half away from zero.", round),
  unary("exp", "e to the power x.", exp),
  unary("sqrt", "The square root of x.", Math.sqrt),
  unary("acos", "The arc cosine, in radians.", acos),
  unary("asin", "The arc sine, in radians.", asin),
  unary("atan", "The arc tangent, in radians.", atan),
  unary("cos", "The cosine of x radians.", cos),
  unary("sin", "The sine of x radians.", sin),
  unary("tan", "The tangent of x radians.", tan),
  unary("degrees", "Radians as degrees.", (x) => (360 * x) / (2 * Math.PI)),
  unary("radians", "Degrees as radians.", (x) => (2 * Math.PI * x) / 360),
  unary("acosh", "The inverse hyperbolic cosine.", acosh),
  unary("asinh", "The inverse hyperbolic sine.", asinh),
  unary("atanh", "The inverse hyperbolic tangent.", atanh),
  unary("cosh", "The hyperbolic cosine.", cosh),
  unary("sinh", "The hyperbolic sine.", sinh),
  unary("tanh", "The hyperbolic tangent.", tanh),
  unary("gamma", "The gamma function.", gamma),
  log,
];

export const mathBuiltins = tableOf(specs);

/** The module as a value. */
export const mathModule = new ModuleValue(
  "math",
  new Map<string, Value>([
    ...specs.map((spec) => [spec.name, new Builtin(spec)] as const),
    ["e", new Float(Math.E)],
    ["pi", new Float(Math.PI)],
  ]),
);
