/** Fibers of a run that all wait for one another. */
import type { Waitable } from "../api/channel.ts";
import { FiberFuture } from "../api/future.ts";
import { EvalError } from "../values/errors.ts";
import type { Fiber } from "../vm/fiber.ts";
import type { Fibers } from "./fibers.ts";

export class Deadlock extends EvalError {}

/** Fibers, and what each waits for; of more, the message says how many. */
const maxShown = 20;

/** What to tell when nothing from outside could ever wake one of these fibers, all of which wait; undefined when something could. */
export function findDeadlock(all: readonly Fiber[], fibers: Fibers): Deadlock | undefined {
  // Those that were started last are most likely to wait for something from outside.
  for (let i = all.length - 1; i >= 0; i--) {
    const waiting = fibers.waits.get(all[i]!.id);
    if (waiting === undefined || waiting.deadline !== undefined) return undefined;
    if ((waiting.group?.pending ?? waiting.on).some(comesFromOutside)) return undefined;
  }
  const lines = all.slice(0, maxShown).map((fiber) => `\n  ${describeWait(fiber, fibers)}`);
  if (all.length > maxShown) lines.push(`\n  and ${all.length - maxShown} more`);
  return new Deadlock(`all fibers wait for one another, so none can ever go on:${lines.join("")}`);
}

/** Whether something other than a fiber could make it go on, or it can already. */
function comesFromOutside(waitable: Waitable): boolean {
  return !(waitable instanceof FiberFuture) || waitable.state !== "pending";
}

function describeWait(fiber: Fiber, fibers: Fibers): string {
  const { on, group } = fibers.waits.get(fiber.id)!;
  const { file, line, column } = fibers.placeOf(fiber);
  const name = fibers.started.get(fiber.id)?.name;
  const what = group?.joins === true ? "has returned and waits" : `waits at ${file}:${line}:${column}`;
  const others = (group?.pending ?? on)
    .slice(0, maxShown)
    .flatMap((other) => (other instanceof FiberFuture && other.state === "pending" ? [`fiber ${other.fiber}`] : []));
  return `fiber ${fiber.id}${name === undefined ? "" : ` (${name})`} ${what} for ${others.join(", ")}`;
}
