/**
 * The code of a version of the workers, kept in Temporal. Workers execute what they read there, so it has to be signed with one of
 * the keys: whoever may only write to Temporal's storage gets nothing executed. Without keys only that of a server on this machine is.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import { AutoFlowError } from "../../../core/errors.ts";
import { held, hold, type HolderContext, isHeld } from "../client/holders.ts";
import type { NamedKey, TemporalKeys } from "../codec/keys.ts";
import type { TemporalConnections } from "../connection/connections.ts";
import { workflowIds } from "../protocol/names.ts";
import { type WorkflowCode, workflowCode } from "./bundle.ts";

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

export interface CodeContext extends HolderContext {
  /** Absent: nothing is encrypted, and nothing signed. */
  keys?: TemporalKeys | undefined;
  connections: Pick<TemporalConnections, "isLocal">;
}

/** Ten times the size of what we make. */
const codeAtMost = 32 * 1024 * 1024;
/** Keys are derived from main ones, for a project or for this. */
const purpose = "workflow-code";

/** What is kept beside the code. */
interface About {
  buildId: string;
  keyId?: string;
  /** Hex. */
  signature?: string;
}

/** Has the code kept by Temporal, unless it is. */
export async function keepCode(context: CodeContext, code: WorkflowCode): Promise<void> {
  const id = workflowIds.bundle(context.taskQueue, code.buildId);
  const about = aboutOf(context, code);
  const [kept, isOpen] = await Promise.all([readKept(context, code.buildId), isHeld(context, id)]);
  if (kept?.keyId === about.keyId && kept !== undefined && isOpen) return;
  const bytes = await compress(code.text, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } });
  // What stands there in its place is not it, or another key has encrypted it.
  await hold(context, id, about, bytes, { anew: true });
}

/**
 * Undefined when it is not kept, is not what its name says, or may not be executed: with keys what none of them has signed, without
 * what comes from another machine.
 */
export async function readCode(context: CodeContext, buildId: string): Promise<WorkflowCode | undefined> {
  const { keys, connections } = context;
  if (keys?.encrypting() === undefined && !connections.isLocal) return undefined;
  return (await readKept(context, buildId))?.code;
}

/** Undefined also for what no key opens, and what somebody else has put there. */
async function readKept(
  context: CodeContext,
  buildId: string,
): Promise<{ code: WorkflowCode; keyId: string | undefined } | undefined> {
  const kept = await readable(() => held(context, workflowIds.bundle(context.taskQueue, buildId)));
  if (kept === undefined) return undefined;
  const { keyId, signature } = (kept.about ?? {}) as Partial<Record<keyof About, unknown>>;
  const about = { keyId: textOf(keyId), signature: textOf(signature) };
  if (!isSigned(context, buildId, about)) return undefined;
  const text = await decompress(kept.bytes, { maxOutputLength: codeAtMost }).catch(() => undefined);
  const code = text && workflowCode(text.toString());
  return code?.buildId === buildId ? { code, keyId: about.keyId } : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

async function readable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AutoFlowError && error.code.startsWith("CODEC_")) return undefined;
    throw error;
  }
}

function aboutOf({ keys }: CodeContext, { buildId }: WorkflowCode): About {
  const key = keys?.encrypting(purpose);
  return key === undefined ? { buildId } : { buildId, keyId: key.id, signature: sign(key, buildId).toString("hex") };
}

function isSigned(
  { keys }: CodeContext,
  buildId: string,
  { keyId = "", signature = "" }: { keyId: string | undefined; signature: string | undefined },
): boolean {
  if (keys?.encrypting() === undefined) return true;
  const key = keyId.endsWith(`/${purpose}`) ? keys.find(keyId) : undefined;
  if (key === undefined) return false;
  const [wanted, got] = [sign(key, buildId), Buffer.from(signature, "hex")];
  return wanted.length === got.length && timingSafeEqual(wanted, got);
}

/** The build id is a hash of the code. */
function sign({ key }: NamedKey, buildId: string): Buffer {
  return createHmac("sha256", key).update(buildId).digest();
}
