/** Child runs: functions and workflows of the project by their names. */
import type { DefinitionReference } from "../../../core/effect.ts";
import { encodeJson } from "../library/json-encode.ts";
import type { Thread } from "../library/builtin.ts";
import { parameter } from "../library/parameters.ts";
import { Dict, Record } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { Struct } from "../values/struct.ts";
import { toText } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import type { Value } from "../values/value.ts";
import type { Future } from "./future.ts";
import { runOf } from "./host.ts";
import { textOption } from "./options.ts";
import { defineVerb } from "./verb.ts";

const nameParameter = {
  ...parameter("name", "string"),
  doc: "A function of the project (`.gitlab/autoflow/functions/<name>.star`) or a workflow, perhaps with @version.",
};

export const spawn = defineVerb(
  {
    name: "spawn",
    doc:
      "Starts a run of a function or workflow of the project, and answers the future of what it ends with. It is cancelled when this " +
      "run ends before it, or when the future is cancelled.",
    parameters: [
      nameParameter,
      { ...parameter("inputs", "dict | struct", "{}"), doc: "What it is started with." },
      {
        ...parameter("detached", "bool", "False"),
        passing: "keyword",
        doc: "The future is of the new run's id, and the new run goes on whatever becomes of this one.",
      },
      { ...parameter("label", "string | None", "None"), passing: "keyword", doc: "A name to show to people." },
    ],
    returns: "future",
    waits: false,
  },
  (thread, args) => {
    const name = toText(args["name"] as string);
    const label = textOption("spawn", "label", args["label"]);
    return openChild(thread, "spawn", { name, inputs: args["inputs"], awaited: args["detached"] !== true, label });
  },
);

interface ChildRequest {
  name: string;
  inputs: Value | undefined;
  awaited: boolean;
  label: string | undefined;
}

/** The future of a child run's value, or of its id where it is not awaited. */
export function openChild(thread: Thread, verb: string, { name, inputs, awaited, label }: ChildRequest): Future {
  const input = toText(encodeJson(thread, readInputs(verb, inputs)));
  const onParentEnd = awaited ? "cancel" : "continue";
  const effect = { kind: "spawn", definition: reference(verb, name), input, awaited, onParentEnd } as const;
  return runOf(thread, verb).openEffect(effect, "value", label);
}

/** Throws EvalError for what holds no inputs. */
export function readInputs(verb: string, inputs: Value = null): Dict | Struct {
  if (inputs === null) return new Record();
  if (inputs instanceof Dict || inputs instanceof Struct) return inputs;
  throw new EvalError(`${verb}: for parameter inputs: got ${typeName(inputs)}, want dict`);
}

function reference(verb: string, name: string): DefinitionReference {
  const [own = "", version, ...more] = name.split("@");
  if (own === "" || version === "" || more.length > 0) {
    throw new EvalError(`${verb}: "${name}" is no name of a function or workflow, such as "notify" or "build@1.2"`);
  }
  return version === undefined ? { name: own } : { name: own, version };
}
