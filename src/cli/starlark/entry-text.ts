/** Lines that become entries. */
import { endsBlock, missingOf } from "../../languages/starlark/syntax/unfinished.ts";

/** Gathers lines until they are a whole entry: a line of simple statements, or a statement with its blocks. */
export class EntryText {
  #text = "";

  /** Whether an entry has begun. */
  get isOpen(): boolean {
    return this.#text !== "";
  }

  /** Takes a line; answers the entries that are complete with it. A block ends with an empty line, or where one begins at the left. */
  add(line: string): string[] {
    const complete: string[] = [];
    const goesOn = this.#text !== "" && missingOf(this.#text) === "block";
    if (goesOn && (line.trim() === "" || endsBlock(line))) complete.push(this.#take());
    if (this.#text === "" && line.trim() === "") return complete;
    this.#text += `${line}\n`;
    if (missingOf(this.#text) === "nothing") complete.push(this.#take());
    return complete;
  }

  /** There are no more lines: answers a block that only wanted its end. */
  end(): string[] {
    const isWhole = this.#text !== "" && missingOf(this.#text) !== "rest";
    return isWhole ? [this.#take()] : [];
  }

  /** Forgets the lines of an entry that is given up. */
  clear(): void {
    this.#text = "";
  }

  #take(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }
}
