/**
 * Decoded images by hash, shared by all runs of a thread: modules are loaded once for each, and frozen but for the contents of maps.
 * What is in it depends on the hash alone, and nothing of a run may.
 */
import { AutoFlowError } from "../../../core/errors.ts";
import type { LoadedImage, Program } from "../../../core/program.ts";
import type { ImageValue } from "../protocol/run.ts";

/** Bytes of images, and images, that are kept decoded. */
const mostBytes = 32 * 1024 * 1024;
const mostImages = 500;

interface Kept {
  image: LoadedImage;
  bytes: number;
}

export class LoadedImages {
  readonly #programs: ReadonlyMap<string, Program>;
  /** The one that was used last comes last. */
  readonly #kept = new Map<string, Kept>();

  constructor(programs: readonly Program[]) {
    this.#programs = new Map(programs.map((program) => [program.language, program]));
  }

  /** Throws STATE_DAMAGED when the bytes are no image, and Error for a language or bytes that are not there. */
  load({ hash, language, bytes }: ImageValue): LoadedImage {
    const kept = this.#kept.get(hash);
    if (kept !== undefined) {
      this.#kept.delete(hash);
      this.#kept.set(hash, kept);
      return kept.image;
    }
    const program = this.#programs.get(language);
    if (program === undefined)
      throw new Error(`this version of the workers has no language ${JSON.stringify(language)}`);
    if (bytes === undefined) throw new Error(`the bytes of image ${hash} are missing`);
    const image = decode(program, hash, bytes);
    this.#kept.set(hash, { image, bytes: bytes.length });
    this.#forgetOldest();
    return image;
  }

  #forgetOldest(): void {
    let bytes = 0;
    for (const kept of this.#kept.values()) bytes += kept.bytes;
    for (const [hash, kept] of this.#kept) {
      if (this.#kept.size <= 1 || (bytes <= mostBytes && this.#kept.size <= mostImages)) return;
      this.#kept.delete(hash);
      bytes -= kept.bytes;
    }
  }
}

function decode(program: Program, hash: string, bytes: Uint8Array): LoadedImage {
  try {
    return program.load({ hash, language: program.language, bytes: ownBytes(bytes) });
  } catch (error) {
    if (error instanceof AutoFlowError) throw error;
    throw new AutoFlowError("STATE_DAMAGED", `the image ${hash} cannot be read: ${String(error)}`);
  }
}

/** The same bytes as an array of this realm: outside of the sandbox there is another Uint8Array. */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes instanceof Uint8Array
    ? bytes
    : new Uint8Array((bytes as Uint8Array).buffer, (bytes as Uint8Array).byteOffset, (bytes as Uint8Array).length);
}
