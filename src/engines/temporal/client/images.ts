/** Images by hash: each is kept by a holder of its own, and those in use are in memory. */
import { AutoFlowError } from "../../../core/errors.ts";
import type { Image, LoadedImage, Program } from "../../../core/program.ts";
import { workflowIds } from "../protocol/names.ts";
import { ByteCache } from "./byte-cache.ts";
import type { ImageStore } from "./context.ts";
import { held, heldAtMost, heldSize, hold, type HolderContext, isHeld, release } from "./holders.ts";

export interface ImagesContext extends HolderContext {
  readonly programs: ReadonlyMap<string, Program>;
  readonly clock: { now(): number };
}

/** So long a holder that was seen open is taken for open. Nothing ends one that was put less than a day ago. */
const surelyHeldMs = 3_600_000;
const hashesKept = 10_000;

const bytesKept = 64 * 1024 * 1024;
/** Of the images that are decoded: what they take in memory is some times more. */
const loadedBytesKept = 16 * 1024 * 1024;

export class TemporalImages implements ImageStore {
  readonly #context: ImagesContext;
  readonly #images = new ByteCache<Image>(bytesKept);
  readonly #loaded = new ByteCache<LoadedImage>(loadedBytesKept);
  /** Under way, so that many who ask at once cause one request. */
  readonly #reading = new Map<string, Promise<Image>>();
  /** When a holder was last seen open, epoch ms. */
  readonly #seen = new Map<string, number>();

  constructor(context: ImagesContext) {
    this.#context = context;
  }

  async put(image: Image): Promise<void> {
    this.#images.set(image.hash, image, image.bytes.length);
    if (this.#isSurelyHeld(image.hash)) return;
    const size = await heldSize(this.#context, image.bytes);
    if (size > heldAtMost) {
      throw new AutoFlowError("IMAGE_TOO_LARGE", `the definition takes ${size} bytes, and ${heldAtMost} is the most`);
    }
    await this.#hold(image);
  }

  async ensure(hash: string): Promise<void> {
    if (this.#isSurelyHeld(hash)) return;
    const image = await this.get(hash);
    if (!this.#isSurelyHeld(hash)) await this.#hold(image);
  }

  async get(hash: string): Promise<Image> {
    const known = this.#images.get(hash);
    if (known !== undefined) return known;
    let reading = this.#reading.get(hash);
    if (reading === undefined) {
      reading = this.#read(hash).finally(() => this.#reading.delete(hash));
      this.#reading.set(hash, reading);
    }
    return reading;
  }

  async load(hash: string): Promise<LoadedImage> {
    const known = this.#loaded.get(hash);
    if (known !== undefined) return known;
    const image = await this.get(hash);
    const loaded = this.decode(image);
    this.#loaded.set(hash, loaded, image.bytes.length);
    return loaded;
  }

  async reopen(hash: string): Promise<void> {
    await this.#hold(await this.get(hash));
  }

  async renew(hash: string): Promise<void> {
    await this.#hold(await this.get(hash), true);
  }

  async release(hash: string): Promise<void> {
    await release(this.#context, this.#idOf(hash));
    this.#seen.delete(hash);
  }

  /** Decodes an image that may be kept nowhere. Throws STORE_NEWER for a language that there is not. */
  decode(image: Image): LoadedImage {
    const program = this.#context.programs.get(image.language);
    if (program === undefined)
      throw new AutoFlowError("STORE_NEWER", `an image is of the language ${image.language}, which this release lacks`);
    return program.load(image);
  }

  /** Reads it, and has it kept again when its holder has ended while it is still asked for. */
  async #read(hash: string): Promise<Image> {
    const id = this.#idOf(hash);
    const [found, isOpen] = await Promise.all([held(this.#context, id), isHeld(this.#context, id)]);
    if (found === undefined) {
      throw new AutoFlowError("IMAGE_MISSING", `the version ${hash} of a definition is not kept any more`);
    }
    const { language } = found.about as { language: string };
    const image = { hash, language, bytes: found.bytes };
    this.#images.set(hash, image, image.bytes.length);
    if (isOpen) this.#sawOpen(hash);
    else await this.#hold(image);
    return image;
  }

  async #hold({ hash, language, bytes }: Image, anew = false): Promise<void> {
    await hold(this.#context, this.#idOf(hash), { hash, language }, bytes, { anew });
    this.#sawOpen(hash);
  }

  #idOf(hash: string): string {
    return workflowIds.image(this.#context.taskQueue, hash);
  }

  #isSurelyHeld(hash: string): boolean {
    const seen = this.#seen.get(hash);
    return seen !== undefined && this.#context.clock.now() - seen < surelyHeldMs;
  }

  #sawOpen(hash: string): void {
    if (this.#seen.size >= hashesKept) this.#seen.clear();
    this.#seen.set(hash, this.#context.clock.now());
  }
}
