/**
 * The module math. Rounding, remainders, sqrt, fabs, copysign, degrees and radians are exact or correctly rounded and the same
 * on every host; exp, pow, log, hypot, the trigonometric and hyperbolic functions and gamma are the host's, whose last digit
 * may differ between releases of V8 and from Go's.
 */
import { EvalError } from "../values/errors.ts";
import { isNumber } from "../values/floats.ts";
import { isInt, numberToInt } from "../values/integers.ts";
import { ModuleValue } from "../values/struct.ts";
import { typeName } from "../values/type-name.ts";
import { Float, type Value } from "../values/value.ts";
import { defineBuiltin } from "./arguments.ts";
import { Builtin, type BuiltinSpec } from "./builtin.ts";
import { gamma } from "./gamma.ts";
import { positional, tableOf } from "./parameters.ts";

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
    return new Float(Math.log(toNumber(x!)) / Math.log(radix));
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

/** As Go's: 1 to any power, and -1 to an infinite one, are 1. */
function pow(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1;
  return Math.pow(x, y);
}

const specs: readonly BuiltinSpec[] = [
  toInteger("ceil", "The least integer that is not below x.", Math.ceil),
  toInteger("floor", "The greatest integer that is not above x.", Math.floor),
  binary("copysign", "The magnitude of x with the sign of y.", copysign),
  binary("mod", "The remainder of x/y with the sign of x.", (x, y) => x % y),
  binary("pow", "x to the power y.", pow),
  binary("remainder", "x - n·y for the integer n nearest to x/y (IEEE 754).", remainder),
  binary("atan2", "The angle of the point (y, x) from the x axis, in radians.", Math.atan2),
  binary("hypot", "The length of the vector (x, y).", Math.hypot),
  unary("fabs", "x without its sign, as a float.", Math.abs),
  unary("round", "The nearest integer as a float, half away from zero.", round),
  unary("exp", "e to the power x.", Math.exp),
  unary("sqrt", "The square root of x.", Math.sqrt),
  unary("acos", "The arc cosine, in radians.", Math.acos),
  unary("asin", "The arc sine, in radians.", Math.asin),
  unary("atan", "The arc tangent, in radians.", Math.atan),
  unary("cos", "The cosine of x radians.", Math.cos),
  unary("sin", "The sine of x radians.", Math.sin),
  unary("tan", "The tangent of x radians.", Math.tan),
  unary("degrees", "Radians as degrees.", (x) => (360 * x) / (2 * Math.PI)),
  unary("radians", "Degrees as radians.", (x) => (2 * Math.PI * x) / 360),
  unary("acosh", "The inverse hyperbolic cosine.", Math.acosh),
  unary("asinh", "The inverse hyperbolic sine.", Math.asinh),
  unary("atanh", "The inverse hyperbolic tangent.", Math.atanh),
  unary("cosh", "The hyperbolic cosine.", Math.cosh),
  unary("sinh", "The hyperbolic sine.", Math.sinh),
  unary("tanh", "The hyperbolic tangent.", Math.tanh),
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
