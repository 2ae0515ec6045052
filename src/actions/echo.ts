/** The action that answers its input, at once: to try a script, and to measure an engine. */
import type { Action } from "../core/action.ts";

export const echoAction: Action = {
  name: "echo",
  retry: { maxAttempts: 1, initialMs: 0, factor: 1, maxMs: 0 },
  timeoutMs: 1000,
  perform: (call) => ({ value: call.input }),
};
