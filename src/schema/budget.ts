/** How much work a validation may be. */

/** Thrown when a validation takes too long. */
export class TooMuchWork extends Error {
  constructor() {
    super("the validation takes too many steps");
    this.name = "TooMuchWork";
  }
}

/** Counts steps and memory of one validation; `renew` begins another. */
export class Budget {
  readonly #steps: number;
  readonly #bytes: number;
  #stepsLeft = 0;
  #bytesLeft = 0;

  constructor(steps: number, bytes: number) {
    this.#steps = steps;
    this.#bytes = bytes;
    this.renew();
  }

  renew(): void {
    this.#stepsLeft = this.#steps;
    this.#bytesLeft = this.#bytes;
  }

  charge(steps: number): void {
    if ((this.#stepsLeft -= steps) < 0) throw new TooMuchWork();
  }

  allocate(bytes: number): void {
    if ((this.#bytesLeft -= bytes) < 0) throw new TooMuchWork();
  }
}
