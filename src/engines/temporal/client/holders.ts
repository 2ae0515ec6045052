/**
 * Bytes that are kept in Temporal: each under an id of its own, as the input of a workflow that is open for as long as they are used.
 * It has no work to do, and is read with no worker at all; what it held can be read for a while after its end.
 */
import type { Client } from "@temporalio/client";
import { encodeToPayloads } from "@temporalio/common/lib/internal-non-workflow/codec-helpers.js";
import { workflowTypes } from "../protocol/names.ts";
import { firstInput, unlessGone } from "./first-input.ts";
import { reach } from "./reach.ts";

export interface HolderContext {
  readonly client: Client;
  readonly namespace: string;
  readonly taskQueue: string;
}

/** What Temporal takes as one argument is 2 MiB. */
export const heldAtMost = 1.5 * 1024 * 1024;

/** It begins so late that no worker ever hears of it. */
const never = 20 * 365 * 24 * 3_600_000;

/** Keeps bytes with what is to be known of them, plain JSON. Where the id is taken already, nothing changes, unless it is `anew`. */
export async function hold(
  context: HolderContext,
  id: string,
  about: unknown,
  bytes: Uint8Array,
  { anew = false }: { anew?: boolean } = {},
): Promise<void> {
  const { client, taskQueue } = context;
  await reach(client, () =>
    client.workflow.start(workflowTypes.image, {
      workflowId: id,
      taskQueue,
      args: [about, bytes],
      startDelay: never,
      workflowIdReusePolicy: "ALLOW_DUPLICATE",
      workflowIdConflictPolicy: anew ? "TERMINATE_EXISTING" : "USE_EXISTING",
    }),
  );
}

/** How many bytes Temporal would have to keep. */
export async function heldSize({ client }: HolderContext, bytes: Uint8Array): Promise<number> {
  const payloads = await encodeToPayloads(client.options.loadedDataConverter, bytes);
  return payloads?.[0]?.data?.length ?? 0;
}

/** What is kept, or was lately; undefined when there is no such thing. */
export async function held(
  context: HolderContext,
  id: string,
): Promise<{ about: unknown; bytes: Uint8Array } | undefined> {
  const [about, bytes] = (await firstInput(context, id)) ?? [];
  return bytes instanceof Uint8Array ? { about, bytes } : undefined;
}

/** Whether the bytes go on being kept. */
export async function isHeld({ client }: HolderContext, id: string): Promise<boolean> {
  const execution = await unlessGone(() => client.workflow.getHandle(id).describe(), client);
  return execution?.status.name === "RUNNING";
}

/** Keeps them no longer. */
export async function release({ client }: HolderContext, id: string): Promise<void> {
  await unlessGone(() => client.workflow.getHandle(id).terminate("not used any more"), client);
}

/** Holders whose ids begin with `prefix`: those that are open, since when (epoch ms), and those that ended after a time. Lists lag. */
export async function holdersOf(
  { client, taskQueue }: HolderContext,
  prefix: string,
  endedAfter: number,
): Promise<{ open: { id: string; since: number }[]; ended: string[] }> {
  const ours = `WorkflowType = "${workflowTypes.image}" AND TaskQueue = ${JSON.stringify(taskQueue)}`;
  const open: { id: string; since: number }[] = [];
  const ended: string[] = [];
  for await (const { workflowId, startTime } of client.workflow.list({
    query: `${ours} AND ExecutionStatus = "Running"`,
  }))
    if (workflowId.startsWith(prefix)) open.push({ id: workflowId, since: startTime.getTime() });
  const lately = `CloseTime > "${new Date(endedAfter).toISOString()}"`;
  for await (const { workflowId } of client.workflow.list({ query: `${ours} AND ${lately}` }))
    if (workflowId.startsWith(prefix)) ended.push(workflowId);
  return { open, ended: [...new Set(ended)] };
}
