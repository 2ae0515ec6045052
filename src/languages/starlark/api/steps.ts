/** `run(step, inputs)`: the built-in steps by name. */
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

export const run = defineVerb(
  {
    name: "run",
    doc: "Carries out a step and answers its result, whose fields can be read as attributes too.",
    parameters: [
      { ...parameter("step", "string"), doc: "The name of a built-in step, with or without builtin:// in front." },
      { ...parameter("inputs", "dict | struct", "{}"), doc: "What the step works with." },
      ...callParameters,
    ],
    returns: "any",
    waits: true,
  },
  (thread, args) => {
    runOf(thread, "run");
    const reference = toText(args["step"] as string);
    const step = builtinSteps.get(reference.replace(/^builtin:\/\//, ""));
    if (step === undefined) throw unknownStep(reference);
    const inputs = args["inputs"] ?? new Record();
    if (!(inputs instanceof Dict || inputs instanceof Struct)) {
      throw new EvalError(`run: for parameter inputs: got ${typeName(inputs)}, want dict`);
    }
    return step.perform(thread, inputs, args);
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
  const names = [...builtinSteps.keys()].map((name) => `builtin://${name}`).join(", ");
  return new EvalError(fromText(`run: there is no step "${reference}"; there are ${names}`));
}
