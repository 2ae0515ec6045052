/** An image, decoded: what all runs of it share. */
import { AutoFlowError } from "../../core/errors.ts";
import type { Description, Image, Inspection, LoadedImage, Machine, RunStart, SourceText } from "../../core/program.ts";
import { CompiledPolicy } from "./compiled-policy.ts";
import { describePolicy } from "./describe.ts";
import { decodeImage, imageHash, type ImageContent } from "./image.ts";
import { TriageMachine } from "./machine/machine.ts";

/** See `LoadedImage.machineVersion`. */
const machineVersion = 1;

export class LoadedPolicy implements LoadedImage {
  readonly hash: string;
  readonly machineVersion = machineVersion;
  readonly #content: ImageContent;
  readonly #policy: CompiledPolicy;

  /** Throws AutoFlowError STATE_DAMAGED when the bytes are not an image of this hash, in a format that this release knows. */
  constructor({ hash, bytes }: Image) {
    try {
      if (imageHash(bytes) !== hash) throw new SyntaxError("their hash is another one");
      this.hash = hash;
      this.#content = decodeImage(bytes);
      this.#policy = new CompiledPolicy(this.#content.policy);
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      throw new AutoFlowError("STATE_DAMAGED", `image ${hash} cannot be read: ${cause.message}`, { cause });
    }
  }

  describe(): Description {
    return describePolicy(this.#content);
  }

  source(): SourceText {
    return this.#content.source;
  }

  open(start: RunStart, state?: Uint8Array): Machine {
    return state === undefined ? new TriageMachine(this.#policy, this.hash, start) : this.#restore(start, state);
  }

  inspect(start: RunStart, state: Uint8Array): Inspection {
    return this.#restore(start, state).inspect();
  }

  #restore(start: RunStart, state: Uint8Array): TriageMachine {
    try {
      return TriageMachine.restore(this.#policy, this.hash, start, state);
    } catch (cause) {
      if (!(cause instanceof SyntaxError || cause instanceof TypeError)) throw cause;
      const { message } = cause;
      throw new AutoFlowError("STATE_DAMAGED", `the state of run ${start.runId} cannot be read: ${message}`, { cause });
    }
  }
}
