/** A payload as bytes: Temporal's `Payload` message, which is what encryption and compression cover. */
import type { Payload } from "@temporalio/common";
import proto from "@temporalio/proto";
import { AutoFlowError } from "../../../core/errors.ts";

const message = proto.temporal.api.common.v1.Payload;

export function payloadToBytes(payload: Payload): Uint8Array {
  return message.encode(payload).finish();
}

/** Throws CODEC_PAYLOAD_BROKEN when the bytes are no payload. */
export function payloadFromBytes(bytes: Uint8Array): Payload {
  try {
    return message.decode(bytes);
  } catch (cause) {
    throw new AutoFlowError("CODEC_PAYLOAD_BROKEN", "what was decoded is not a payload", { cause });
  }
}

/** What a payload says of itself, as text; undefined when it says nothing of it. */
export function metadataText(payload: Payload, name: string): string | undefined {
  const value = payload.metadata?.[name];
  return value === undefined || value === null ? undefined : Buffer.from(value).toString("utf8");
}
