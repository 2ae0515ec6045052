/** A project's variables and secrets, as scripts see them. */
import type { RunStart } from "../../../core/program.ts";
import { Secret } from "../values/secret.ts";
import { fromText } from "../values/text.ts";
import { Vars } from "../values/vars.ts";

/** In the order of names: that of an object's keys is not the order they were given in. A secret hides a variable of its name. */
export function varsOf({ vars, secrets }: Pick<RunStart, "vars" | "secrets">): Vars {
  const secretNames = new Set(secrets);
  const record = new Vars();
  for (const name of [...new Set([...Object.keys(vars), ...secretNames])].toSorted()) {
    const value = secretNames.has(name) ? new Secret([{ name: fromText(name) }]) : fromText(vars[name]!);
    record.set(fromText(name), value);
  }
  record.frozen = true;
  return record;
}
