/** Puts the bytes of images into the payloads that refer to them: for workers, whose workflows need them. */
import type { Payload, PayloadCodec } from "@temporalio/common";
import type { Image } from "../../../core/program.ts";
import { imageEncoding, imageMetadata } from "./image-converter.ts";
import { metadataText } from "./payload-bytes.ts";

/** The last to decode. Nothing is to be encoded: references have no bytes. */
export class ClaimCheck implements PayloadCodec {
  readonly #images: { get(hash: string): Promise<Image> };

  /** `images` rejects with IMAGE_MISSING. */
  constructor(images: { get(hash: string): Promise<Image> }) {
    this.#images = images;
  }

  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(payloads);
  }

  decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.#filled(payload)));
  }

  async #filled(payload: Payload): Promise<Payload> {
    if (metadataText(payload, imageMetadata.encoding) !== imageEncoding) return payload;
    const { bytes } = await this.#images.get(metadataText(payload, imageMetadata.hash) ?? "");
    return { ...payload, data: bytes };
  }
}
