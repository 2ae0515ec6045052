/**
 * Which locals are certainly bound at a point of the code, so that reading them needs no check. It follows the compiler's walk:
 * assignments add, branches intersect, what a loop's body binds does not count after it.
 */
export class AssignedLocals {
  /** Beyond this many locals nothing is tracked, which bounds the work for hostile texts. */
  static readonly #maxTracked = 128;
  readonly #tracked: boolean;
  #set: Uint8Array;
  #reachable = true;

  constructor(locals: number, parameters: number) {
    this.#tracked = locals <= AssignedLocals.#maxTracked;
    this.#set = new Uint8Array(this.#tracked ? locals : 0).fill(1, 0, parameters);
  }

  has(local: number): boolean {
    return this.#set[local] === 1;
  }

  add(local: number): void {
    if (this.#tracked) this.#set[local] = 1;
  }

  remove(local: number): void {
    if (this.#tracked) this.#set[local] = 0;
  }

  /** The code that follows is never reached from here (after return, break, continue). */
  end(): void {
    this.#reachable = false;
  }

  save(): { set: Uint8Array; reachable: boolean } {
    return { set: this.#set.slice(), reachable: this.#reachable };
  }

  restore(saved: { set: Uint8Array; reachable: boolean }): void {
    this.#set = saved.set.slice();
    this.#reachable = saved.reachable;
  }

  /** Two ways lead here: this one and `other`. */
  join(other: { set: Uint8Array; reachable: boolean }): void {
    if (!other.reachable) return;
    if (!this.#reachable) {
      this.restore(other);
      return;
    }
    for (let i = 0; i < this.#set.length; i++) this.#set[i]! &= other.set[i]!;
  }
}
