/** Images as arguments: a payload holds the reference; the claim check puts the bytes into it where a worker decodes it. */
import type { Payload, PayloadConverterWithEncoding } from "@temporalio/common";
import { decode, encode } from "@temporalio/common/lib/encoding.js";
import type { ImageValue } from "../protocol/run.ts";

export const imageEncoding = "autoflow/image";

/** Keys of the metadata. */
export const imageMetadata = { encoding: "encoding", hash: "image-hash", language: "image-language" } as const;

const noBytes = new Uint8Array();

/** The bytes of an image never leave whoever encodes it. Loaded into the sandbox: it may import nothing of Node. */
export class ImagePayloadConverter implements PayloadConverterWithEncoding {
  readonly encodingType = imageEncoding;

  toPayload(value: unknown): Payload | undefined {
    if (!isImageValue(value)) return undefined;
    return {
      metadata: {
        [imageMetadata.encoding]: encode(imageEncoding),
        [imageMetadata.hash]: encode(value.hash),
        [imageMetadata.language]: encode(value.language),
      },
      data: noBytes,
    };
  }

  fromPayload<T>({ metadata, data }: Payload): T {
    const image: ImageValue = {
      kind: imageEncoding,
      hash: decode(metadata?.[imageMetadata.hash] ?? noBytes),
      language: decode(metadata?.[imageMetadata.language] ?? noBytes),
    };
    if (data && data.length > 0) image.bytes = data;
    return image as T;
  }
}

function isImageValue(value: unknown): value is ImageValue {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === imageEncoding;
}
