/** Receiving signals: `signal_channel(name)`, and sending them: `signal(…)`. */
import { defineBuiltin } from "../library/arguments.ts";
import type { BuiltinSpec } from "../library/builtin.ts";
import { parameter, tableOf } from "../library/parameters.ts";
import { toText } from "../values/text.ts";
import { Channel, channelMethods } from "./future.ts";
import { type RunPort, runOf } from "./host.ts";
import { durationMs, jsonText } from "./options.ts";
import { defineVerb } from "./verb.ts";

const receive: BuiltinSpec = defineBuiltin(
  {
    name: "receive",
    doc: "Waits for the next signal of this name, and answers its payload. After `timeout` it answers `timeout_value`.",
    parameters: [parameter("timeout", "duration | None", "None"), parameter("timeout_value", "any", "None")],
    returns: "any",
  },
  (thread, self, timeout, timeoutValue) => {
    const run = runOf(thread, "receive");
    const channel = self as Channel;
    const deadline =
      run.firstReady([channel]) >= 0 || timeout === undefined || timeout === null
        ? undefined
        : openTimer(run, durationMs("receive", "timeout", timeout));
    return run.wait({ on: [channel], deadline, timeoutValue: timeoutValue ?? null, select: false, owned: false });
  },
);

const tryReceive: BuiltinSpec = defineBuiltin(
  {
    name: "try_receive",
    doc: "Answers the payload of the next signal of this name if there is one already, else `default`.",
    parameters: [parameter("default", "any", "None")],
    returns: "any",
  },
  (thread, self, byDefault) => {
    const run = runOf(thread, "try_receive");
    const channel = self as Channel;
    return run.firstReady([channel]) < 0 ? (byDefault ?? null) : run.take(channel);
  },
);

channelMethods.table = tableOf([receive, tryReceive]);

/** A timer that is answered after so many ms. */
export function openTimer(run: RunPort, ms: number, label?: string) {
  return run.openEffect({ kind: "sleep", until: run.now() + ms }, "none", label);
}

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
