/** Decoded images of the versions in use, read from the store when they are first needed. */
import { AutoFlowError } from "../../core/errors.ts";
import type { LoadedImage, Program } from "../../core/program.ts";
import type { Aggregates } from "./store/store.ts";
import type { Image } from "../../core/program.ts";

const kept = 200;

export class Images {
  readonly #data: Aggregates;
  readonly #programs: ReadonlyMap<string, Program>;
  readonly #loaded = new Map<number, LoadedImage>();

  constructor(data: Aggregates, programs: ReadonlyMap<string, Program>) {
    this.#data = data;
    this.#programs = programs;
  }

  get(id: number): LoadedImage {
    const known = this.#loaded.get(id);
    if (known !== undefined) return known;
    return this.remember(id, this.load(this.#data.definitions.readImage(id)));
  }

  /** Decodes an image that may be in no store. */
  load(image: Image): LoadedImage {
    const program = this.#programs.get(image.language);
    if (program === undefined)
      throw new AutoFlowError("STORE_NEWER", `an image is of the language ${image.language}, which this release lacks`);
    return program.load(image);
  }

  /** Makes an image that may not be committed yet available. */
  remember(id: number, loaded: LoadedImage): LoadedImage {
    const oldest = this.#loaded.keys().next();
    if (this.#loaded.size >= kept && oldest.value !== undefined) this.#loaded.delete(oldest.value);
    this.#loaded.set(id, loaded);
    return loaded;
  }
}
