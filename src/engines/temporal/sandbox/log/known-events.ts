/** The events that a log has seen lately, by their keys: what makes an event a duplicate. */

export interface KnownEvent {
  seq: number;
  /** Runs that it started. */
  runs: string[];
}

/** Hex digits of a key that are looked at: 64 bits of a keyed digest. */
const keyDigits = 16;
const keyBytes = keyDigits / 2;
const runBytes = 16;

export class KnownEvents {
  readonly #budget: number;
  readonly #events = new Map<string, KnownEvent>();
  #bytes = 0;

  /** `budget`: bytes that `pack` may answer. The newest events are kept. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  get size(): number {
    return this.#events.size;
  }

  find(key: string): KnownEvent | undefined {
    return this.#events.get(key.slice(0, keyDigits));
  }

  /** In ascending order of positions. */
  add(key: string, known: KnownEvent): void {
    this.#events.set(key.slice(0, keyDigits), known);
    this.#bytes += bytesOf(known);
    for (const [oldest, event] of this.#events) {
      if (this.#bytes <= this.#budget) return;
      this.#events.delete(oldest);
      this.#bytes -= bytesOf(event);
    }
  }

  /** A run that could not be started after all. */
  dropRun(runId: string): void {
    for (const known of this.#events.values()) {
      if (!known.runs.includes(runId)) continue;
      known.runs = known.runs.filter((each) => each !== runId);
      this.#bytes -= runBytes;
    }
  }

  /** Keys, distances of positions, numbers of runs and their ids: all in bytes. */
  pack(): Uint8Array {
    const bytes = new Uint8Array(this.#bytes);
    let at = 0;
    let last = 0;
    for (const [key, { seq, runs }] of this.#events) {
      at = putHex(bytes, at, key);
      at = putNumber(bytes, at, seq - last);
      at = putNumber(bytes, at, runs.length);
      for (const run of runs) at = putHex(bytes, at, run.replaceAll("-", ""));
      last = seq;
    }
    return bytes.slice(0, at);
  }

  unpack(bytes: Uint8Array): void {
    const reader = { bytes, at: 0 };
    let seq = 0;
    while (reader.at < bytes.length) {
      const key = takeHex(reader, keyBytes);
      seq += takeNumber(reader);
      const runs = Array.from({ length: takeNumber(reader) }, () => uuidOf(takeHex(reader, runBytes)));
      this.add(key, { seq, runs });
    }
  }
}

/** At most so many; the numbers are mostly shorter. */
function bytesOf({ runs }: KnownEvent): number {
  return keyBytes + 4 + (runs.length < 128 ? 1 : 3) + runs.length * runBytes;
}

function putHex(bytes: Uint8Array, at: number, hex: string): number {
  for (let i = 0; i < hex.length; i += 2) bytes[at++] = Number.parseInt(hex.slice(i, i + 2), 16);
  return at;
}

/** Seven bits a byte, the lowest first. */
function putNumber(bytes: Uint8Array, at: number, n: number): number {
  for (; n > 127; n = Math.floor(n / 128)) bytes[at++] = (n & 127) | 128;
  bytes[at++] = n;
  return at;
}

interface Reader {
  bytes: Uint8Array;
  at: number;
}

function takeHex(reader: Reader, count: number): string {
  let hex = "";
  for (let i = 0; i < count; i++) hex += reader.bytes[reader.at++]!.toString(16).padStart(2, "0");
  return hex;
}

function takeNumber(reader: Reader): number {
  let n = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = reader.bytes[reader.at++] ?? 0;
    n += (byte & 127) * factor;
    if (byte < 128) return n;
  }
}

function uuidOf(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
