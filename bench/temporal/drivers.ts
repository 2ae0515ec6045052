/** Runs of scripts, without events. */
import { randomUUID } from "node:crypto";
import type { Instance } from "./instance.ts";

/** Starts a run of the script; answers its id. */
export async function startDriver({ engine }: Pick<Instance, "engine">, text: string): Promise<string> {
  const sources = { entry: "main.star", files: new Map([["main.star", text]]) };
  const definition = { project: "1", language: "starlark", sources };
  return (await engine.startDriver({ definition, identity: randomUUID() })).runId;
}
