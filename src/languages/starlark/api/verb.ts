/** Verbs: builtins of the API, with any number of parameters, checked by one table. */
import { bindArguments, signatureOf } from "../library/arguments.ts";
import { Builtin, type BuiltinSpec, type ParameterSpec, type Thread } from "../library/builtin.ts";
import type { Value } from "../values/value.ts";

export interface VerbDescription {
  name: string;
  doc: string;
  parameters: ParameterSpec[];
  returns: string;
  /** Whether a call may wait, so that the run is stored meanwhile. */
  waits: boolean;
}

export interface VerbSpec extends BuiltinSpec {
  readonly waits: boolean;
}

/** A call's arguments by parameter; undefined where none was passed. */
export type Arguments = { readonly [parameter: string]: Value | undefined };

/** A verb that checks its arguments against its parameters and then runs. */
export function defineVerb(description: VerbDescription, run: (thread: Thread, args: Arguments) => Value): VerbSpec {
  const signature = signatureOf(description.name, description.parameters);
  const names = description.parameters.map((parameter) => parameter.name);
  return {
    ...description,
    call(thread, _self, args, named) {
      const values = bindArguments(signature, args, named);
      const byName: { [parameter: string]: Value | undefined } = {};
      for (const [i, name] of names.entries()) byName[name] = values[i];
      return run(thread, byName);
    },
  };
}

/** The value of a verb: one per verb. */
export function verbValue(spec: BuiltinSpec): Builtin {
  return new Builtin(spec);
}
