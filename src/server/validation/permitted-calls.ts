/** What a rule may do: read. Whatever would outlive it is refused. */
import { isWrite } from "../../actions/gitlab/gitlab-input.ts";
import type { CallEffect, Effect } from "../../core/effect.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { decodeWire } from "../../core/wire.ts";

const readingMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** How scripts call what a rule may not do. */
const refusedVerbs: Partial<Record<Effect["kind"], string>> = {
  await: "waits for an event",
  signal: "sends a signal",
  emit: "emits an event",
  spawn: "starts another run",
  ask: "asks people",
  amend: "asks people",
  reply: "answers a task",
};

/** Throws VALIDATION_EFFECT_REFUSED for an effect that a rule may not have. `until`: epoch ms at which it has to have answered. */
export function requirePermitted(effect: Effect, until: number): void {
  const problem = problemOf(effect, until);
  if (problem === undefined) return;
  const { file, line, column } = effect.origin;
  throw new AutoFlowError("VALIDATION_EFFECT_REFUSED", `${file}:${line}: a rule only reads, and this one ${problem}`, {
    where: { file, line, column },
  });
}

function problemOf(effect: Effect, until: number): string | undefined {
  if (effect.kind === "call") return problemOfCall(effect);
  if (effect.kind !== "sleep") return refusedVerbs[effect.kind];
  return effect.until > until ? "sleeps longer than it has time to answer" : undefined;
}

function problemOfCall({ action, input }: CallEffect): string | undefined {
  if (action === "echo") return undefined;
  if (action !== "http" && action !== "gitlab")
    return `calls ${action}, of which it is not known whether that only reads`;
  const method = methodOf(decodeWire(input));
  const reads = action === "gitlab" ? !isWrite(method) : readingMethods.has(method);
  return reads ? undefined : `makes a ${method} request`;
}

function methodOf(input: unknown): string {
  const { method } = (input ?? {}) as { method?: unknown };
  return typeof method === "string" ? method.toUpperCase() : "request without a method: a call";
}
