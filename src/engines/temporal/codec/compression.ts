/**
 * Compression of payloads as Temporal's SDK for Go does it: metadata `encoding: binary/zlib`, data = zlib over the serialised payload.
 * Comes before encryption, because ciphertext does not get smaller.
 */
import { constants, deflateSync, inflateSync } from "node:zlib";
import type { Payload, PayloadCodec } from "@temporalio/common";
import { AutoFlowError } from "../../../core/errors.ts";
import { metadataText, payloadFromBytes, payloadToBytes } from "./payload-bytes.ts";

const compressedEncoding = "binary/zlib";

const encodingBytes = Buffer.from(compressedEncoding);

/** Smaller payloads gain less than the metadata and the time cost. */
const compressFrom = 256;

/** The fastest level is a few per cent larger than the usual one for JSON, in half the time. */
const level = { level: constants.Z_BEST_SPEED };

/** What all payloads of one call may have together when decompressed. A message to Temporal has 4 MiB at most. */
const inflatedLimit = 64 * 1024 * 1024;

/** Compresses where that makes a payload smaller; decodes what is compressed and leaves all else untouched. */
export class CompressionCodec implements PayloadCodec {
  readonly #encodes: boolean;

  /** One that only decodes when `encodes` is false. */
  constructor({ encodes = true }: { encodes?: boolean } = {}) {
    this.#encodes = encodes;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return this.#encodes ? payloads.map(compress) : payloads;
  }

  /** Rejects with CODEC_PAYLOAD_BROKEN or CODEC_PAYLOAD_TOO_LARGE. */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    let left = inflatedLimit;
    return payloads.map((payload) => {
      if (metadataText(payload, "encoding") !== compressedEncoding) return payload;
      const bytes = inflate(payload.data ?? new Uint8Array(), left);
      left -= bytes.length;
      return payloadFromBytes(bytes);
    });
  }
}

function compress(payload: Payload): Payload {
  if ((payload.data?.length ?? 0) < compressFrom) return payload;
  const bytes = payloadToBytes(payload);
  const data = deflateSync(bytes, level);
  return data.length + encodingBytes.length < bytes.length ? { metadata: { encoding: encodingBytes }, data } : payload;
}

function inflate(data: Uint8Array, limit: number): Uint8Array {
  try {
    return inflateSync(data, { maxOutputLength: Math.max(limit, 1) });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw new AutoFlowError(
        "CODEC_PAYLOAD_TOO_LARGE",
        `payloads of one call have more than ${inflatedLimit} bytes when they are decompressed`,
        { cause },
      );
    }
    throw new AutoFlowError("CODEC_PAYLOAD_BROKEN", "a compressed payload cannot be decompressed", { cause });
  }
}
