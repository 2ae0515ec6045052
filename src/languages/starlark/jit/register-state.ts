/** What a translation knows at a point of the code, on whichever path that was reached. */

/** What lies in a register: a constant of the module, the value of a global, or the method of a name. */
export interface Known {
  kind: "constant" | "global" | "method";
  /** Index of the constant, of the global, or of the method's name. */
  index: number;
}

export class RegisterState {
  /** Registers whose variable may be newer than the fiber's register. */
  readonly unsaved: Set<number>;
  readonly known: Map<number, Known>;
  /** Whether the frame is surely on the fiber. */
  pushed: boolean;

  constructor(unsaved: Iterable<number>, known: Iterable<readonly [number, Known]>, pushed: boolean) {
    this.unsaved = new Set(unsaved);
    this.known = new Map(known);
    this.pushed = pushed;
  }

  copy(): RegisterState {
    return new RegisterState(this.unsaved, this.known, this.pushed);
  }

  /** A variable was written. */
  write(register: number, known?: Known): void {
    this.unsaved.add(register);
    if (known === undefined) this.known.delete(register);
    else this.known.set(register, known);
  }

  /** Takes in another path to the same point; answers whether less is known than before. */
  join(other: RegisterState): boolean {
    let changed = false;
    for (const register of other.unsaved) {
      if (this.unsaved.has(register)) continue;
      this.unsaved.add(register);
      changed = true;
    }
    for (const [register, { kind, index }] of this.known) {
      const known = other.known.get(register);
      if (known?.kind === kind && known.index === index) continue;
      this.known.delete(register);
      changed = true;
    }
    if (this.pushed && !other.pushed) {
      this.pushed = false;
      changed = true;
    }
    return changed;
  }
}
