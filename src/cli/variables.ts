/** --var NAME=VALUE */
import { InvalidArgumentError, Option, type Command } from "commander";

export type Variables = Record<string, string>;

export function addVariableOption(command: Command): Command {
  const option = new Option("--var <name=value>", "a variable that scripts read as w.vars; may be repeated");
  return command.addOption(option.argParser(addVariable));
}

function addVariable(text: string, others: Variables = {}): Variables {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("Write it as NAME=VALUE.");
  return { ...others, [name]: value };
}
