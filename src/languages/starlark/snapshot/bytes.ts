/** Writing and reading of bytes: numbers of variable length, texts, each text once. */

/** Bytes that are not what they should be: cut off, or not a state or image of ours. */
export class CorruptBytes extends Error {
  constructor(what: string) {
    super(`these bytes are damaged: ${what}`);
    this.name = "CorruptBytes";
  }
}

const maxKept = 64 * 1024;

/** Grows as it is written to. */
export class ByteWriter {
  #bytes: Uint8Array;
  length = 0;

  constructor(capacity = 512) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Forgets what was written, and keeps the room for it unless that is large. */
  clear(): void {
    this.length = 0;
    if (this.#bytes.length > maxKept) this.#bytes = new Uint8Array(512);
  }

  /** What was written, as a copy. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }

  byte(value: number): void {
    if (this.length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.length++] = value;
  }

  /** A number >= 0, up to 2^53-1, seven bits to a byte, lowest first. */
  natural(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** Any safe integer: sign in the lowest bit. */
  integer(value: number): void {
    const negative = value < 0;
    const magnitude = negative ? -value - 1 : value;
    this.byte((negative ? 1 : 0) | ((magnitude % 0x40) << 1) | (magnitude >= 0x40 ? 0x80 : 0));
    if (magnitude >= 0x40) this.natural(Math.floor(magnitude / 0x40));
  }

  double(value: number): void {
    if (this.length + 8 > this.#bytes.length) this.#grow(8);
    const view = new DataView(this.#bytes.buffer);
    // There are many nans, and which one an operation gives depends on how the host computes it.
    if (Number.isNaN(value)) view.setBigUint64(this.length, 0x7ff8000000000000n);
    else view.setFloat64(this.length, value);
    this.length += 8;
  }

  /** A byte string: its length and its characters. */
  text(text: string): void {
    this.natural(text.length);
    if (this.length + text.length > this.#bytes.length) this.#grow(text.length);
    const bytes = this.#bytes;
    let at = this.length;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.length = at;
  }

  append(other: ByteWriter): void {
    this.bytes(other.#bytes.subarray(0, other.length));
  }

  /** These bytes as they are, without their number. */
  bytes(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  #grow(needed: number): void {
    const bytes = new Uint8Array(Math.max(this.length + needed, this.#bytes.length * 2));
    bytes.set(this.#bytes.subarray(0, this.length));
    this.#bytes = bytes;
  }
}

const { fromCharCode } = String;

/** Ten times as fast as spreading the bytes into a call. */
function charactersOf(bytes: Uint8Array): string {
  return fromCharCode.apply(null, bytes as unknown as number[]);
}

/** Reads what a ByteWriter wrote; every length is checked. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new CorruptBytes("they end too early");
    return value;
  }

  natural(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 0x80;
      if (scale > 2 ** 50) throw new CorruptBytes("a number is too long");
    }
    if (!Number.isSafeInteger(value)) throw new CorruptBytes("a number is too large");
    return value;
  }

  /** A natural number below `end`. */
  index(end: number, what: string): number {
    const value = this.natural();
    if (value >= end) throw new CorruptBytes(`${what} ${value} does not exist`);
    return value;
  }

  /** How many things follow; each takes at least a byte, so damaged bytes cannot make us allocate without end. */
  count(): number {
    const value = this.natural();
    if (value > this.left) throw new CorruptBytes("they end too early");
    return value;
  }

  integer(): number {
    const byte = this.byte();
    let magnitude = (byte >> 1) & 0x3f;
    if (byte >= 0x80) magnitude += this.natural() * 0x40;
    const value = (byte & 1) === 1 ? -magnitude - 1 : magnitude;
    if (!Number.isSafeInteger(value)) throw new CorruptBytes("a number is too large");
    return value;
  }

  /** How many, and as many integers. Those of one byte, which nearly all are, take no call. */
  integers(): Int32Array {
    const numbers = new Int32Array(this.count());
    const bytes = this.#bytes;
    for (let i = 0; i < numbers.length; i++) {
      const byte = bytes[this.#at]!;
      if (byte >= 0x80 || this.#at >= bytes.length) numbers[i] = this.integer();
      else {
        this.#at++;
        numbers[i] = (byte & 1) === 1 ? -(byte >> 1) - 1 : byte >> 1;
      }
    }
    return numbers;
  }

  double(): number {
    if (this.left < 8) throw new CorruptBytes("they end too early");
    const value = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#at).getFloat64(0);
    this.#at += 8;
    return value;
  }

  text(): string {
    const length = this.count();
    const end = this.#at + length;
    const bytes = this.#bytes;
    let at = this.#at;
    this.#at = end;
    let text = "";
    if (length < 24) for (; at < end; at++) text += fromCharCode(bytes[at]!);
    for (; at < end; at += 4096) text += charactersOf(bytes.subarray(at, Math.min(end, at + 4096)));
    return text;
  }

  /** Whether these bytes follow; then they are passed over. */
  skip(bytes: Uint8Array): boolean {
    if (bytes.length > this.left) return false;
    for (let i = 0; i < bytes.length; i++) if (this.#bytes[this.#at + i] !== bytes[i]) return false;
    this.#at += bytes.length;
    return true;
  }

  /** Everything was read. */
  end(): void {
    if (!this.done) throw new CorruptBytes("there is something after the end");
  }
}
