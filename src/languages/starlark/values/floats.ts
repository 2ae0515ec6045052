/** Arithmetic with floats. */
import { EvalError } from "./errors.ts";
import { isInt, toFiniteFloat, type Int } from "./integers.ts";
import { Float, type Value } from "./value.ts";

/** Whether a value is an int or a float. */
export function isNumber(value: Value): value is Int | Float {
  return value instanceof Float || isInt(value);
}

/** A number as a float. Throws EvalError when an int is too large. */
function toFloat(value: Int | Float): number {
  return value instanceof Float ? value.value : toFiniteFloat(value);
}

/** `a op b` on floats; undefined for operators that floats do not have. */
export function binaryFloats(operator: string, a: Int | Float, b: Int | Float): Float | undefined {
  switch (operator) {
    case "+":
      return new Float(toFloat(a) + toFloat(b));
    case "-":
      return new Float(toFloat(a) - toFloat(b));
    case "*":
      return new Float(toFloat(a) * toFloat(b));
    case "/":
      return new Float(toFloat(a) / divisor(b, "floating-point division by zero"));
    case "//":
      return new Float(Math.floor(toFloat(a) / divisor(b, "floored division by zero")));
    case "%":
      return new Float(moduloFloats(toFloat(a), divisor(b, "floating-point modulo by zero")));
    default:
      return undefined;
  }
}

function divisor(value: Int | Float, message: string): number {
  const number = toFloat(value);
  if (number === 0) throw new EvalError(message);
  return number;
}

/** Has the sign of the divisor. */
function moduloFloats(a: number, b: number): number {
  const rest = a % b;
  return a < 0 !== b < 0 && rest !== 0 ? rest + b : rest;
}
