/** `run(step, inputs)`: built-in steps, and the functions of the project, by name. */
import type { WireText } from "../../../core/wire.ts";
import { fromText, toText } from "../values/text.ts";
import { encodeWireValue } from "../library/json-encode.ts";
import { parameter } from "../library/parameters.ts";
import type { Thread } from "../library/builtin.ts";
import { Dict, Record } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { Struct } from "../values/struct.ts";
import { typeName } from "../values/type-name.ts";
import type { Value } from "../values/value.ts";
import { emitEvent } from "./events.ts";
import { runOf } from "./host.ts";
import { callOptions, callParameters } from "./options.ts";
import { openChild, readInputs } from "./spawn.ts";
import { type Arguments, defineVerb } from "./verb.ts";

interface Step {
  doc: string;
  perform(thread: Thread, inputs: Value, args: Arguments): Value;
}

/** Steps by name: `run("echo", …)` or `run("builtin://echo", …)`. */
export const builtinSteps: ReadonlyMap<string, Step> = new Map<string, Step>([
  ["echo", { doc: "Answers its inputs.", perform: (thread, inputs, args) => callAction(thread, "echo", inputs, args) }],
  ["emit", { doc: "Sends an event: inputs type, data and subject. Answers its id.", perform: emitStep }],
]);

const builtinPrefix = "builtin://";

export const run = defineVerb(
  {
    name: "run",
    doc:
      "Carries out a step and answers its result, whose fields can be read as attributes too. A function or workflow of the project is " +
      "carried out by a run of its own, which ends with this one.",
    parameters: [
      {
        ...parameter("step", "string"),
        doc:
          "The name of a built-in step, with or without builtin:// in front; of a function of the project, " +
          "`.gitlab/autoflow/functions/<name>.star`; or of a workflow, perhaps with @version.",
      },
      { ...parameter("inputs", "dict | struct", "{}"), doc: "What the step works with." },
      ...callParameters,
    ],
    returns: "any",
    waits: true,
  },
  (thread, args) => {
    const port = runOf(thread, "run");
    const reference = toText(args["step"] as string);
    const step = builtinSteps.get(reference.replace(builtinPrefix, ""));
    if (step !== undefined) return step.perform(thread, readInputs("run", args["inputs"]), args);
    if (reference.startsWith(builtinPrefix)) throw unknownStep(reference);
    const { label, ...options } = callOptions("run", args);
    if (Object.keys(options).length > 0) {
      throw new EvalError(
        "run: timeout and retry are for built-in steps; a function of the project is a run of its own",
      );
    }
    const child = openChild(thread, "run", { name: reference, inputs: args["inputs"], awaited: true, label });
    return port.wait({ on: [child], deadline: undefined, timeoutValue: null, select: false, owned: true });
  },
);

function callAction(thread: Thread, action: string, inputs: Value, args: Arguments): Value {
  const port = runOf(thread, "run");
  const { label, ...options } = callOptions("run", args);
  const input = encodeWireValue(thread, inputs) as WireText;
  const future = port.openEffect({ kind: "call", action, input, ...options }, "value", label);
  return port.wait({ on: [future], deadline: undefined, timeoutValue: null, select: false, owned: true });
}

function emitStep(thread: Thread, inputs: Value): Value {
  const field = (name: string): Value => fieldOf(inputs, name) ?? null;
  const known = new Set(["type", "data", "subject"]);
  const unknown = fieldNames(inputs).find((name) => !known.has(name));
  if (unknown !== undefined) throw new EvalError(`run: emit has no input ${unknown}; it has type, data and subject`);
  const answer = new Record();
  thread.charge(answer.byteSize() + Dict.entrySize);
  answer.set("id", emitEvent(thread, "run: emit", field("type"), field("data"), field("subject")));
  return answer;
}

function fieldOf(inputs: Value, name: string): Value | undefined {
  return inputs instanceof Dict ? inputs.get(name) : (inputs as Struct).attribute(name);
}

function fieldNames(inputs: Value): readonly string[] {
  if (inputs instanceof Struct) return inputs.names;
  return (inputs as Dict).keys().map((key) => (typeof key === "string" ? key : typeName(key)));
}

function unknownStep(reference: string): EvalError {
  const names = [...builtinSteps.keys()].map((name) => `${builtinPrefix}${name}`).join(", ");
  return new EvalError(fromText(`run: there is no step "${reference}"; there are ${names}`));
}
