import { isUtf8 } from "node:buffer";
import { AutoFlowError } from "../core/errors.ts";

const decoder = new TextDecoder("utf-8");

/** The value of received JSON (a byte order mark is skipped). `what` names the bytes in errors. Throws REQUEST_JSON_MALFORMED. */
export function parseJsonBody(body: Uint8Array, what: string): unknown {
  if (!isUtf8(body)) throw new AutoFlowError("REQUEST_JSON_MALFORMED", `${what} is not UTF-8`);
  try {
    return JSON.parse(decoder.decode(body));
  } catch (cause) {
    const problem = body.length === 0 ? "is empty" : `is not valid JSON: ${(cause as Error).message}`;
    throw new AutoFlowError("REQUEST_JSON_MALFORMED", `${what} ${problem}`, { cause });
  }
}
