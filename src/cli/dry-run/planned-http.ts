/** The `http` action of a dry run: methods that only read are carried out, the others are planned, and answered with an empty object. */
import { readHttpInput } from "../../actions/http-input.ts";
import { hidden } from "../../actions/redaction.ts";
import type { Action, ActionAnswer, ActionCall, SecretSource } from "../../core/action.ts";
import { decodeWire, encodeWire, SecretText, type WireText, type WireValue } from "../../core/wire.ts";
import type { Write } from "./plan.ts";

const reading = new Set(["GET", "HEAD", "OPTIONS"]);

/** The answer, and the write where it is one. Throws what reading the input throws. */
export async function performHttp(
  action: Action,
  secrets: SecretSource,
  call: ActionCall,
): Promise<{ answer: ActionAnswer; write?: Write }> {
  const { method, shownUrl } = readHttpInput(call.input, (name) => secrets.value(call.project, name));
  if (reading.has(method)) return { answer: await action.perform(call) };
  const body = shownBody(call.input);
  const write: Write = { kind: "http", method, url: shownUrl, ...(body !== undefined && { body }) };
  const headers = [["content-type", "application/json"]];
  return { answer: { value: encodeWire({ status_code: 200, status: "200 OK", headers, body: "{}" }) }, write };
}

/** The body as it would be sent, without secrets. */
function shownBody(input: WireText): string | undefined {
  const { body } = decodeWire(input) as { body?: WireValue };
  if (typeof body === "string") return body;
  if (body instanceof SecretText) return body.parts.map((part) => (typeof part === "string" ? part : hidden)).join("");
  return body instanceof Uint8Array ? `${body.length} bytes` : undefined;
}
