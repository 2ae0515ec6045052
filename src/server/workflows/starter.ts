/** By whom and for what a request starts a run. */
import type { Starter } from "../../core/program.ts";
import { keptHeaders } from "./kept-headers.ts";

type Headers = Record<string, string | string[] | undefined>;

/** `beside`: what came with the input: the entities of the Orchestrator. */
export function starterOf(headers: Headers, beside: Record<string, unknown>, businessKey?: string): Starter {
  const starter: Starter = {};
  const kept = keptHeaders(headers);
  if (kept !== undefined) starter.headers = kept;
  if (businessKey !== undefined && businessKey !== "") starter.businessKey = businessKey;
  const initiator = entity(beside["initiatorEntity"]);
  const target = entity(beside["targetEntity"]);
  if (initiator !== undefined) starter.initiatorEntity = initiator;
  if (target !== undefined) starter.targetEntity = target;
  return starter;
}

const longest = 1000;

function entity(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && value.length <= longest ? value : undefined;
}
