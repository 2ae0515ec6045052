/** Temporal's remote codec protocol: the body is the protobuf message `Payloads` as JSON, bytes in base64. */
import type { Payload } from "@temporalio/common";
import { AutoFlowError } from "../../core/errors.ts";

/** A payload as JSON has it; `metadata` and `data` hold base64. */
interface JsonPayload {
  metadata?: Record<string, string> | null;
  data?: string | null;
}

/** More payloads than any page of Temporal's web app or history of the CLI asks for at a time. */
const payloadsLimit = 100_000;

/**
 * Lets `change` change the payloads of a body; answers the body to send. What comes back as it was given is answered as it was got.
 * Throws REQUEST_INVALID where the body is not `{payloads: […]}`.
 */
export async function changePayloads(
  body: unknown,
  change: (payloads: Payload[]) => Promise<Payload[]>,
): Promise<{ payloads: unknown[] }> {
  const given = payloadsOf(body);
  const payloads = given.map(fromJson);
  const changed = await change(payloads);
  return { payloads: changed.map((payload, index) => (payload === payloads[index] ? given[index] : toJson(payload))) };
}

function payloadsOf(body: unknown): unknown[] {
  if (!isObject(body)) throw invalid("the body", "is not an object");
  const payloads = body["payloads"] ?? [];
  if (!Array.isArray(payloads)) throw invalid("payloads", "is not a list");
  if (payloads.length > payloadsLimit) throw invalid("payloads", `has more than ${payloadsLimit} elements`);
  return payloads;
}

function fromJson(value: unknown, index: number): Payload {
  const at = `payloads[${index}]`;
  if (!isObject(value)) throw invalid(at, "is not an object");
  const { metadata, data } = value as JsonPayload;
  if (metadata !== undefined && metadata !== null && !isObject(metadata)) {
    throw invalid(`${at}.metadata`, "is not an object");
  }
  return {
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, text]) => [name, bytes(text, `${at}.metadata.${name}`)]),
    ),
    data: bytes(data ?? "", `${at}.data`),
  };
}

function toJson({ metadata, data }: Payload): JsonPayload {
  return {
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
    ...(data !== undefined && data !== null && data.length > 0 && { data: base64(data) }),
  };
}

/** Both alphabets, with or without padding, as protobuf's JSON allows. */
function bytes(text: unknown, at: string): Uint8Array {
  if (typeof text !== "string" || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw invalid(at, "is not base64");
  return Buffer.from(text, "base64");
}

function base64(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.length).toString("base64");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(at: string, problem: string): AutoFlowError {
  return new AutoFlowError("REQUEST_INVALID", `${at} ${problem}`, {
    hint: 'Send {"payloads": [{"metadata": {"encoding": "<base64>"}, "data": "<base64>"}]}, as Temporal\'s CLI and web app do.',
  });
}
