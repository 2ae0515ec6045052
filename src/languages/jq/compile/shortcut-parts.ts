/** What shortcuts are put together of: each takes shortcuts of the operands, and evaluates them in the order that instructions have. */
import { JqError } from "../errors.ts";
import { arrayBytes } from "../library/contract.ts";
import { deletePaths, getPath, index, setPath, slice } from "../library/paths.ts";
import { isTruthy, type Value } from "../value.ts";
import { binaryOperations, checkKey, indexOrNothing, join, newObject, sliceOrNothing } from "../vm/operations.ts";
import type { Shortcut } from "./code.ts";

/** Gives a variable its value; false when there is none. */
export type Binder = (...args: [...Parameters<Shortcut>]) => boolean;

export function constantly(value: Value): Shortcut {
  return () => value;
}

export function mapped(
  run: Shortcut,
  change: (machine: Parameters<Shortcut>[0], value: Value) => Value | undefined,
): Shortcut {
  return (machine, frame, input) => {
    const value = run(machine, frame, input);
    return value === undefined ? undefined : change(machine, value);
  };
}

export function piped(first: Shortcut, second: Shortcut): Shortcut {
  return (machine, frame, input) => {
    const value = first(machine, frame, input);
    return value === undefined ? undefined : second(machine, frame, value);
  };
}

export function bound(value: Shortcut, register: number): Binder {
  return (machine, frame, input) => {
    const found = value(machine, frame, input);
    if (found === undefined) return false;
    frame.registers[register] = found;
    return true;
  };
}

export function member(target: Shortcut, name: string, optional: boolean): Shortcut {
  const get = optional ? indexOrNothing : index;
  return (machine, frame, input) => {
    const value = target(machine, frame, input);
    if (value instanceof Map) return value.get(name) ?? null;
    return value === undefined ? undefined : get(machine, value, name);
  };
}

export function indexed(target: Shortcut, key: Shortcut, optional: boolean): Shortcut {
  const get = optional ? indexOrNothing : index;
  return (machine, frame, input) => {
    const at = key(machine, frame, input);
    if (at === undefined) return undefined;
    const value = target(machine, frame, input);
    return value === undefined ? undefined : get(machine, value, at);
  };
}

export function sliced([target, from, to]: readonly Shortcut[], optional: boolean): Shortcut {
  const get = optional ? sliceOrNothing : slice;
  return (machine, frame, input) => {
    const start = from!(machine, frame, input);
    if (start === undefined) return undefined;
    const end = to!(machine, frame, input);
    if (end === undefined) return undefined;
    const value = target!(machine, frame, input);
    return value === undefined ? undefined : get(machine, value, start, end);
  };
}

export function binary(left: Shortcut, right: Shortcut, operator: number): Shortcut {
  const operation = binaryOperations[operator]!;
  return (machine, frame, input) => {
    const b = right(machine, frame, input);
    if (b === undefined) return undefined;
    const a = left(machine, frame, input);
    return a === undefined ? undefined : operation(machine, a, b);
  };
}

/** `short` is what the left side has to be to decide alone. */
export function logical(left: Shortcut, right: Shortcut, short: boolean): Shortcut {
  return (machine, frame, input) => {
    const a = left(machine, frame, input);
    if (a === undefined) return undefined;
    if (isTruthy(a) === short) return short;
    const b = right(machine, frame, input);
    return b === undefined ? undefined : isTruthy(b);
  };
}

export function alternative(left: Shortcut, right: Shortcut): Shortcut {
  return (machine, frame, input) => {
    const value = left(machine, frame, input);
    return value !== undefined && isTruthy(value) ? value : right(machine, frame, input);
  };
}

export function conditional(condition: Shortcut, then: Shortcut, otherwise: Shortcut): Shortcut {
  return (machine, frame, input) => {
    const decided = condition(machine, frame, input);
    if (decided === undefined) return undefined;
    return isTruthy(decided) ? then(machine, frame, input) : otherwise(machine, frame, input);
  };
}

export function array(runs: readonly Shortcut[]): Shortcut {
  return (machine, frame, input) => {
    const elements: Value[] = [];
    for (const run of runs) {
      const value = run(machine, frame, input);
      if (value !== undefined) elements.push(value);
    }
    machine.allocate(arrayBytes(elements.length));
    return elements;
  };
}

export function record(names: readonly string[], runs: readonly Shortcut[]): Shortcut {
  return (machine, frame, input) => {
    const members: Value[] = [];
    for (let number = 0; number < runs.length; number++) {
      const value = runs[number]!(machine, frame, input);
      if (value === undefined) return undefined;
      members.push(names[number]!, value);
    }
    return newObject(machine, members);
  };
}

export function object(runs: readonly Shortcut[]): Shortcut {
  return (machine, frame, input) => {
    const members: Value[] = [];
    for (let number = 0; number < runs.length; number += 2) {
      const key = runs[number]!(machine, frame, input);
      if (key === undefined) return undefined;
      const value = runs[number + 1]!(machine, frame, input);
      if (value === undefined) return undefined;
      checkKey(key);
      members.push(key, value);
    }
    return newObject(machine, members);
  };
}

export function joined(runs: readonly Shortcut[]): Shortcut {
  return (machine, frame, input) => {
    const texts: Value[] = Array.from({ length: runs.length });
    for (let number = runs.length - 1; number >= 0; number--) {
      const text = runs[number]!(machine, frame, input);
      if (text === undefined) return undefined;
      texts[number] = text;
    }
    return join(machine, texts);
  };
}

export function native(
  call: (...args: [Parameters<Shortcut>[0], Value, ...Value[]]) => Value,
  runs: readonly Shortcut[],
): Shortcut {
  if (runs.length === 0) return (machine, _frame, input) => call(machine, input);
  if (runs.length === 1) {
    const [run] = runs;
    return (machine, frame, input) => {
      const argument = run!(machine, frame, input);
      return argument === undefined ? undefined : call(machine, input, argument);
    };
  }
  return (machine, frame, input) => {
    const args: Value[] = Array.from({ length: runs.length });
    for (let number = runs.length - 1; number >= 0; number--) {
      const argument = runs[number]!(machine, frame, input);
      if (argument === undefined) return undefined;
      args[number] = argument;
    }
    return call(machine, input, ...args);
  };
}

/** In jq 1.6 an error of null is only no output. */
export function raised(value: Value, silent: boolean): undefined {
  if (silent && value === null) return undefined;
  throw new JqError(value);
}

/** The path that `keys` make, last key first as everywhere, or nothing. */
function pathOf(keys: readonly Shortcut[], ...[machine, frame, input]: Parameters<Shortcut>): Value[] | undefined {
  const path: Value[] = Array.from({ length: keys.length });
  for (let number = keys.length - 1; number >= 0; number--) {
    const key = keys[number]!(machine, frame, input);
    if (key === undefined) return undefined;
    path[number] = key;
  }
  return path;
}

export function assigned(
  keys: readonly Shortcut[],
  value: Shortcut,
  change: (machine: Parameters<Shortcut>[0], old: Value, given: Value) => Value,
): Shortcut {
  return (machine, frame, input) => {
    const given = value(machine, frame, input);
    if (given === undefined) return undefined;
    const path = pathOf(keys, machine, frame, input);
    if (path === undefined) return input;
    return setPath(machine, input, path, change(machine, getPath(machine, input, path), given));
  };
}

export function updated(keys: readonly Shortcut[], filter: Shortcut): Shortcut {
  return (machine, frame, input) => {
    const path = pathOf(keys, machine, frame, input);
    if (path === undefined) return input;
    const value = filter(machine, frame, getPath(machine, input, path));
    return value === undefined ? deletePaths(machine, input, [path]) : setPath(machine, input, path, value);
  };
}
