/** Images by hash: each is kept by a holder of its own, and those in use are in memory. */
import { createHash } from "node:crypto";
import { AutoFlowError } from "../../../core/errors.ts";
import type { Image, LoadedImage, Program } from "../../../core/program.ts";
import { workflowIds } from "../protocol/names.ts";
import { ByteCache } from "./byte-cache.ts";
import type { ImageStore, RegistryMirror } from "./context.ts";
import { held, heldAtMost, heldSize, hold, type HolderContext, isHeld, release } from "./holders.ts";
import { label } from "./labels.ts";

export interface ImagesContext extends HolderContext {
  readonly programs: ReadonlyMap<string, Program>;
  readonly clock: { now(): number };
  /** Names holders: a hash of a known script must not tell that it is used. */
  readonly registry: Pick<RegistryMirror, "digest">;
}

/** What is kept beside the bytes. */
interface About {
  hash: string;
  language: string;
  /** Of the bytes: SHA-256, hex. A hash says what an image was made of in words of its language. */
  digest: string;
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
  /** Ids of holders by hash. */
  readonly #ids = new Map<string, string>();
  /** When a holder was last seen open, by its id, epoch ms. */
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

  holderOf(hash: string): string {
    const known = this.#ids.get(hash);
    if (known !== undefined) return known;
    if (this.#ids.size >= hashesKept) this.#ids.clear();
    const { taskQueue, registry } = this.#context;
    const id = workflowIds.image(taskQueue, label(registry, "image", hash));
    this.#ids.set(hash, id);
    return id;
  }

  async reopen(holder: string): Promise<void> {
    await this.#hold(await this.#readFrom(holder));
  }

  async renew(holder: string): Promise<void> {
    await this.#hold(await this.#readFrom(holder), true);
  }

  async release(holder: string): Promise<void> {
    await release(this.#context, holder);
    this.#seen.delete(holder);
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
    const id = this.holderOf(hash);
    const [image, isOpen] = await Promise.all([
      this.#readFrom(id, `the version ${hash} of a definition`),
      isHeld(this.#context, id),
    ]);
    this.#images.set(hash, image, image.bytes.length);
    if (isOpen) this.#sawOpen(id);
    else await this.#hold(image);
    return image;
  }

  /** Throws IMAGE_MISSING, and STATE_DAMAGED when somebody has put another one in its place. */
  async #readFrom(holder: string, what = `what ${holder} has held`): Promise<Image> {
    const found = await held(this.#context, holder);
    if (found === undefined) throw new AutoFlowError("IMAGE_MISSING", `${what} is not kept any more`);
    const { hash = "", language = "", digest } = (found.about ?? {}) as Partial<About>;
    if (this.holderOf(hash) === holder && digest === digestOf(found.bytes))
      return { hash, language, bytes: found.bytes };
    throw new AutoFlowError("STATE_DAMAGED", `the workflow ${holder} holds another image than it began with`, {
      hint: "Look at who else writes to the namespace. Terminate that workflow, then put its definition again.",
    });
  }

  async #hold({ hash, language, bytes }: Image, anew = false): Promise<void> {
    const id = this.holderOf(hash);
    const about: About = { hash, language, digest: digestOf(bytes) };
    await hold(this.#context, id, about, bytes, { anew });
    this.#sawOpen(id);
  }

  #isSurelyHeld(hash: string): boolean {
    const seen = this.#seen.get(this.holderOf(hash));
    return seen !== undefined && this.#context.clock.now() - seen < surelyHeldMs;
  }

  #sawOpen(id: string): void {
    if (this.#seen.size >= hashesKept) this.#seen.clear();
    this.#seen.set(id, this.#context.clock.now());
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
