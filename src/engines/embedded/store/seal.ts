/**
 * Encryption at rest: AES-256-GCM with a key per scope (a run, a project), derived from the configured one by HKDF-SHA-256.
 *
 * A sealed column is a BLOB: one byte 1 (the format), one byte with the length of the key id, the key id, 12 bytes of nonce, 16
 * bytes of tag, the ciphertext. What it covers begins with one byte: 0 text, 1 bytes, 2 text compressed with zstd, 3 bytes
 * compressed with zstd. Without a key, text is TEXT, and bytes are a BLOB of the same inner form, led by a byte 0.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { AutoFlowError } from "../../../core/errors.ts";
import type { SqlValue } from "./statement.ts";

export interface EncryptionKey {
  id: string;
  /** 32 bytes. */
  key: Uint8Array;
}

const compressFrom = 256;
const derivedKept = 1000;

/** Seals with the first key, opens with any. Without keys it only compresses. */
export class Sealer {
  readonly #keys: readonly EncryptionKey[];
  readonly #salt: Uint8Array;
  readonly #derived = new Map<string, Uint8Array>();
  readonly #compresses: boolean;

  /**
   * `salt` belongs to the database, so that equal keys in two databases derive different ones. `compresses`: false where time counts
   * for more than space.
   */
  constructor(keys: readonly EncryptionKey[], salt: Uint8Array, compresses = true) {
    this.#keys = keys;
    this.#salt = salt;
    this.#compresses = compresses;
  }

  /** The id of the key that seals, or undefined without encryption. */
  get activeKeyId(): string | undefined {
    return this.#keys[0]?.id;
  }

  /** What to store for a value of `scope`. */
  seal(value: SqlValue, scope: string, compressible: boolean): SqlValue {
    if (value === null || typeof value === "number") return value;
    const compress = compressible && this.#compresses;
    const active = this.#keys[0];
    if (active === undefined && typeof value === "string" && !(compress && value.length >= compressFrom)) return value;
    const inner = pack(value, compress);
    return active === undefined ? concat([Uint8Array.of(0), inner]) : this.#encrypt(active, inner, scope);
  }

  /** The text of a stored value; null stays null. */
  openText(stored: unknown, scope: string): string | null {
    const value = this.#open(stored, scope);
    if (value === null || typeof value === "string") return value;
    throw new AutoFlowError("STORE_FAILED", `a column of ${scope} holds bytes where text is expected`);
  }

  /** The bytes of a stored value; null stays null. */
  openBytes(stored: unknown, scope: string): Uint8Array | null {
    const value = this.#open(stored, scope);
    if (value === null || typeof value !== "string") return value;
    throw new AutoFlowError("STORE_FAILED", `a column of ${scope} holds text where bytes are expected`);
  }

  /**
   * Digests of a text by which it can be found without being told: 16 hex digits for each key, the active one first, and last that
   * without a key, under which it stands where nothing is encrypted.
   */
  digests(text: string): string[] {
    const keys = [...this.#keys.map((key) => this.#key(key, "digests")), this.#salt];
    return keys.map((key) => createHmac("sha256", key).update(text).digest("hex").slice(0, 16));
  }

  #open(stored: unknown, scope: string): string | Uint8Array | null {
    if (stored === null || stored === undefined || typeof stored === "string") return stored ?? null;
    if (!(stored instanceof Uint8Array)) throw new AutoFlowError("STORE_FAILED", `a column of ${scope} holds a number`);
    return unpack(stored[0] === 0 ? stored.subarray(1) : this.#decrypt(stored, scope));
  }

  #encrypt(active: EncryptionKey, inner: Uint8Array, scope: string): Uint8Array {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#key(active, scope), nonce);
    cipher.setAAD(Buffer.from(scope));
    const text = [cipher.update(inner), cipher.final()];
    const id = Buffer.from(active.id);
    return concat([Uint8Array.of(1, id.length), id, nonce, cipher.getAuthTag(), ...text]);
  }

  #decrypt(stored: Uint8Array, scope: string): Uint8Array {
    const end = 2 + (stored[1] ?? 0);
    const id = Buffer.from(stored.subarray(2, end)).toString();
    const key = this.#keys.find((candidate) => candidate.id === id);
    if (key === undefined)
      throw new AutoFlowError("STORE_KEY_MISSING", `data is sealed with the key ${JSON.stringify(id)}`);
    const decipher = createDecipheriv("aes-256-gcm", this.#key(key, scope), stored.subarray(end, end + 12));
    decipher.setAAD(Buffer.from(scope));
    decipher.setAuthTag(stored.subarray(end + 12, end + 28));
    try {
      return concat([decipher.update(stored.subarray(end + 28)), decipher.final()]);
    } catch (error) {
      throw new AutoFlowError(
        "STORE_KEY_MISSING",
        `the key ${JSON.stringify(id)} does not open data sealed under that id`,
        {
          cause: error,
        },
      );
    }
  }

  #key(main: EncryptionKey, scope: string): Uint8Array {
    const name = `${main.id}\0${scope}`;
    let key = this.#derived.get(name);
    if (key === undefined) {
      if (this.#derived.size >= derivedKept) this.#derived.clear();
      key = new Uint8Array(hkdfSync("sha256", main.key, this.#salt, scope, 32));
      this.#derived.set(name, key);
    }
    return key;
  }
}

/** The fastest level: a few per cent larger than the usual one for what webhooks hold, in three quarters of the time. */
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

function pack(value: string | Uint8Array, compress: boolean): Uint8Array {
  const isText = typeof value === "string";
  const bytes = isText ? Buffer.from(value) : value;
  if (compress && bytes.length >= compressFrom) {
    const packed = zstdCompressSync(bytes, compression);
    if (packed.length < bytes.length) return concat([Uint8Array.of(isText ? 2 : 3), packed]);
  }
  return concat([Uint8Array.of(isText ? 0 : 1), bytes]);
}

function unpack(inner: Uint8Array): string | Uint8Array {
  const kind = inner[0] ?? 0;
  const rest = inner.subarray(1);
  const bytes = kind >= 2 ? zstdDecompressSync(rest) : rest;
  return kind % 2 === 0 ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString() : new Uint8Array(bytes);
}

function concat(parts: Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}
