/**
 * The code of a version of the workers, kept in Temporal. Workers execute what they read there, so where there are keys it has to be
 * signed with one of them: whoever may only write to Temporal's storage gets nothing executed.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import { held, hold, type HolderContext, isHeld, release } from "../client/holders.ts";
import type { NamedKey, TemporalKeys } from "../codec/keys.ts";
import { workflowIds } from "../protocol/names.ts";
import { type WorkflowCode, workflowCode } from "./bundle.ts";

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

export interface CodeContext extends HolderContext {
  /** Absent: nothing is encrypted, and nothing signed. */
  keys?: TemporalKeys | undefined;
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
  const [kept, isOpen] = await Promise.all([readCode(context, code.buildId), isHeld(context, id)]);
  if (kept !== undefined && isOpen) return;
  // What stands there in its place is not it.
  if (isOpen) await release(context, id);
  const bytes = await compress(code.text, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } });
  await hold(context, id, aboutOf(context, code), bytes);
}

/** Undefined when it is not kept, is not what its name says, or nobody has signed it. */
export async function readCode(context: CodeContext, buildId: string): Promise<WorkflowCode | undefined> {
  const kept = await held(context, workflowIds.bundle(context.taskQueue, buildId));
  if (kept === undefined || !isTrusted(context, buildId, kept.about ?? {})) return undefined;
  const code = workflowCode((await decompress(kept.bytes, { maxOutputLength: codeAtMost })).toString());
  return code.buildId === buildId ? code : undefined;
}

function aboutOf({ keys }: CodeContext, { buildId }: WorkflowCode): About {
  const key = keys?.encrypting(purpose);
  return key === undefined ? { buildId } : { buildId, keyId: key.id, signature: sign(key, buildId).toString("hex") };
}

function isTrusted({ keys }: CodeContext, buildId: string, { keyId = "", signature = "" }: Partial<About>): boolean {
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
