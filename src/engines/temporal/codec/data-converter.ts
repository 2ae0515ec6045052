/** How clients and workers turn values into what Temporal stores. */
import { fileURLToPath } from "node:url";
import type { DataConverter, Payload, PayloadCodec, SerializationContext } from "@temporalio/common";
import { CompressionCodec } from "./compression.ts";
import { EncryptionCodec, type EncryptionOptions } from "./encryption.ts";
import { TemporalKeys } from "./keys.ts";

export interface TemporalCodecOptions extends EncryptionOptions {
  /** Without them nothing is encrypted, and what is encrypted cannot be read. */
  keys?: TemporalKeys | undefined;
  /** Whether to compress; what is compressed is read in any case. Default true. */
  compression?: boolean | undefined;
}

/** Compression, then encryption: what the codec server does too. Order is that of `DataConverter.payloadCodecs`. */
export function temporalCodec({ keys, compression = true, ...encryption }: TemporalCodecOptions): PayloadCodec {
  return chain([
    new CompressionCodec({ encodes: compression }),
    new EncryptionCodec(keys ?? new TemporalKeys(), encryption),
  ]);
}

/**
 * The converter that the client and the worker of an engine share. `before` comes before compression when encoding, and last when
 * decoding: the claim check of images.
 */
export function temporalDataConverter({
  before = [],
  ...options
}: TemporalCodecOptions & { before?: readonly PayloadCodec[] }): DataConverter {
  return {
    payloadConverterPath: fileURLToPath(new URL("./payload-converter.ts", import.meta.url)),
    failureConverterPath: fileURLToPath(new URL("./failure-converter.ts", import.meta.url)),
    payloadCodecs: [...before, temporalCodec(options)],
  };
}

/** One codec of several: it encodes through all in order, and decodes through them in the opposite one. */
function chain(codecs: readonly PayloadCodec[]): PayloadCodec {
  const backwards = codecs.toReversed();
  return {
    async encode(payloads: Payload[], context?: SerializationContext) {
      for (const codec of codecs) payloads = await codec.encode(payloads, context);
      return payloads;
    },
    async decode(payloads: Payload[], context?: SerializationContext) {
      for (const codec of backwards) payloads = await codec.decode(payloads, context);
      return payloads;
    },
  };
}
