/** Output of programs: bytes, in the order in which they are written, whichever of the two streams they go to. */
import { fstatSync, writeSync } from "node:fs";
import { isatty } from "node:tty";

/** Bytes that are kept until they are written. */
const bufferBytes = 16 * 1024;
/** Milliseconds after which a line is written, full buffer or not. */
const delayMs = 50;

export const standardOutput = 1;
export const standardError = 2;

/** Writes the lines of a program; terminals see each at once. `flush` it in the end. */
export class TerminalOutput {
  #stream = standardOutput;
  #text = "";
  #writtenAt = 0;

  /** A line of bytes, one in each character. */
  line(stream: number, text: string): void {
    if (stream !== this.#stream) this.flush();
    this.#stream = stream;
    this.#text += `${text}\n`;
    const now = Date.now();
    if (this.#text.length > bufferBytes || now - this.#writtenAt > delayMs || isatty(stream)) this.flush();
  }

  flush(): void {
    if (this.#text === "") return;
    const bytes = Buffer.from(this.#text, "latin1");
    this.#text = "";
    this.#writtenAt = Date.now();
    for (let at = 0; at < bytes.length;) at += writeSome(this.#stream, bytes.subarray(at));
  }
}

/** Answers how much was written: nothing while a pipe is full. */
function writeSome(stream: number, bytes: Buffer): number {
  try {
    return writeSync(stream, bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EPIPE") process.exit(1);
    if (code !== "EAGAIN") throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    return 0;
  }
}

/** Whether standard input is something that a person types into. */
export function inputIsTerminal(): boolean {
  try {
    return isatty(0) && fstatSync(0).isCharacterDevice();
  } catch {
    return false;
  }
}
