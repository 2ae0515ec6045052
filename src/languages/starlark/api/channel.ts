/** Channels: signals of one name, received in order. */
import { defineBuiltin } from "../library/arguments.ts";
import type { MethodTable } from "../library/attributes.ts";
import type { BuiltinSpec } from "../library/builtin.ts";
import { parameter, tableOf } from "../library/parameters.ts";
import { HeapValue, type Value } from "../values/value.ts";
import { FiberFuture, Future, openTimer } from "./future.ts";
import { runOf } from "./host.ts";
import { durationMs } from "./options.ts";

/** Signals of one name. The messages are in the run's mailbox. */
export class Channel extends HeapValue {
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }

  get type(): string {
    return "receive_channel";
  }

  override get hashedByIdentity(): boolean {
    return true;
  }

  override methods(): MethodTable {
    return channelMethods;
  }

  override describe(): string {
    return `<receive_channel ${this.name}>`;
  }

  override byteSize(): number {
    return 40 + this.name.length;
  }
}

/** What a run can wait for. */
export type Waitable = Future | FiberFuture | Channel;

export function isWaitable(value: Value): value is Waitable {
  return value instanceof Future || value instanceof FiberFuture || value instanceof Channel;
}

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

export const channelMethods: MethodTable = tableOf([receive, tryReceive]);
