/** Signals: named messages between runs. */
import { parameter } from "../library/parameters.ts";
import { toText } from "../values/text.ts";
import { Channel } from "./channel.ts";
import { runOf } from "./host.ts";
import { jsonText } from "./options.ts";
import { defineVerb } from "./verb.ts";

export const signalChannel = defineVerb(
  {
    name: "signal_channel",
    doc: "The channel that receives the signals of this name, those that came earlier included.",
    parameters: [parameter("name", "string")],
    returns: "receive_channel",
    waits: false,
  },
  (thread, { name }) => {
    runOf(thread, "signal_channel");
    thread.charge(64);
    return new Channel(name as string);
  },
);

export const signal = defineVerb(
  {
    name: "signal",
    doc: "Sends a signal to a run. Answers whether that run was open.",
    parameters: [
      parameter("workflow_id", "string"),
      parameter("signal_name", "string"),
      { ...parameter("payload_json", "any", "None"), doc: "A JSON text, or any value, which is then written as JSON." },
      { ...parameter("run_id", "string", '""'), doc: "Accepted for GitLab's scripts; the workflow's id is enough." },
    ],
    returns: "bool",
    waits: true,
  },
  (thread, args) => {
    const run = runOf(thread, "signal");
    const payload = jsonText(thread, "signal", args["payload_json"] ?? null);
    const future = run.openEffect(
      {
        kind: "signal",
        runId: toText(args["workflow_id"] as string),
        name: toText(args["signal_name"] as string),
        payload,
      },
      "bool",
    );
    return run.wait({ on: [future], deadline: undefined, timeoutValue: null, select: false, owned: true });
  },
);
