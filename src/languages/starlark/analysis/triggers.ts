/** The calls of on_event, on_schedule and on_validate in a file. */
import type { CallExpression, Expression, FunctionNode, StringLiteral } from "../syntax/tree.ts";
import { toText } from "../values/text.ts";
import type { Symbols, Variable } from "./symbols.ts";
import { bare } from "./walk.ts";

/** One call that registers a handler, as far as its text shows. */
export interface Trigger {
  call: CallExpression;
  /** The literals of its event types; none where the clock starts it, or it judges changes. */
  types: StringLiteral[];
  handler: Expression | undefined;
  /** The function of this file that the handler names, or the lambda. */
  function: FunctionNode | undefined;
  /** The variable that the handler is. */
  variable: Variable | undefined;
  name: StringLiteral | undefined;
}

/** The argument of a call for a parameter, by its name or else its place; star arguments hide the rest. */
export function argumentOf(call: CallExpression, name: string, index: number): Expression | undefined {
  const named = call.arguments.find((argument) => argument.kind === "named" && argument.name === name);
  if (named !== undefined) return named.value;
  const before = call.arguments.slice(0, index + 1);
  return before.length > index && before.every(({ kind }) => kind === "positional") ? before[index]!.value : undefined;
}

/** The string literals that an expression is, or a list has. */
export function stringLiterals(expression: Expression | undefined): StringLiteral[] {
  if (expression === undefined) return [];
  const inner = bare(expression);
  if (inner.kind === "string") return [inner];
  return inner.kind === "list" || inner.kind === "tuple" ? inner.elements.flatMap(stringLiterals) : [];
}

/** Whether a call registers a handler. */
export function registers(call: CallExpression, symbols: Symbols): boolean {
  return ["on_event", "on_schedule", "on_validate"].some((name) => callsForeign(call, name, symbols));
}

/** Reads a call that registers a handler. */
export function readTrigger(call: CallExpression, symbols: Symbols): Trigger {
  const isScheduled = callsForeign(call, "on_schedule", symbols);
  const given = argumentOf(call, "handler", 1);
  const handler = given === undefined ? undefined : bare(given);
  const variable = handler?.kind === "identifier" ? symbols.variables.get(handler) : undefined;
  const name = argumentOf(call, "name", isScheduled ? 4 : 2);
  return {
    call,
    types: isScheduled || callsForeign(call, "on_validate", symbols) ? [] : stringLiterals(argumentOf(call, "type", 0)),
    handler,
    function: handler?.kind === "lambda" ? handler.function : functionOf(variable),
    variable,
    name: name?.kind === "string" ? name : undefined,
  };
}

/** The function that a variable is, when it is bound once, by a def or to a lambda. */
export function functionOf(variable: Variable | undefined): FunctionNode | undefined {
  const [definition, ...more] = variable?.definitions ?? [];
  if (definition === undefined || more.length > 0) return undefined;
  if (definition.how === "def") return definition.function;
  if (definition.how !== "assign" || definition.target.kind !== "identifier") return undefined;
  const value = bare(definition.value);
  return value.kind === "lambda" ? value.function : undefined;
}

/** Whether a call is of a supplied name that the file does not bind, such as on_event. */
function callsForeign(call: CallExpression, name: string, symbols: Symbols): boolean {
  const { callee } = call;
  return callee.kind === "identifier" && callee.name === name && !symbols.variables.has(callee);
}

/** The text of a string literal. */
export function textOf(literal: StringLiteral): string {
  return toText(literal.value);
}
