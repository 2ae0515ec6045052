/**
 * The keys of payloads: the first encrypts, all decrypt, each under its id. A project's key is derived from a main one by
 * HKDF-SHA-256 (no salt, info `autoflow temporal project <digest>`), and its id is `<id of the main key>/<digest>`, so whoever holds
 * the main key can derive it again from a payload alone.
 */
import { createHmac, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";
import { AutoFlowError } from "../../../core/errors.ts";

/** A main key as it is configured. */
export interface TemporalKey {
  /**
   * Stands readable in what the key has encrypted: 1 to 64 letters, digits, dots, underscores and hyphens. When it has none, a
   * fingerprint of the key.
   */
  id?: string | undefined;
  /** 32 bytes. */
  key: Uint8Array;
}

const keyBytes = 32;

const keyIdPattern = /^[A-Za-z0-9._-]{1,64}$/;

/** A key that is ready for use, and the id that stands in the payloads. */
export interface NamedKey {
  id: string;
  key: KeyObject;
}

const derivedKept = 4096;

/** Keys by id. Throws ENCRYPTION_KEY_INVALID for an id or a length that cannot be, or two keys of one id. */
export class TemporalKeys {
  readonly #mains = new Map<string, KeyObject>();
  readonly #derived = new Map<string, NamedKey>();
  readonly #first: NamedKey | undefined;

  constructor(keys: readonly TemporalKey[] = []) {
    for (const { key, id = fingerprint(key) } of keys) {
      checkKey(id, key);
      if (this.#mains.has(id)) {
        throw new AutoFlowError("ENCRYPTION_KEY_INVALID", `two encryption keys have the id ${JSON.stringify(id)}`, {
          hint: "Give each key its own id. The id of a key that has encrypted anything must not change.",
        });
      }
      this.#mains.set(id, createSecretKey(key));
    }
    const [first] = this.#mains;
    this.#first = first === undefined ? undefined : { id: first[0], key: first[1] };
  }

  /** What encrypts the payloads of a project, or those of none; undefined without keys. `project` is a digest that could be an id. */
  encrypting(project?: string): NamedKey | undefined {
    return this.#first === undefined || project === undefined ? this.#first : this.#derive(this.#first, project);
  }

  /** The key of an id that stands in a payload; undefined when its main key is not configured. */
  find(id: string): NamedKey | undefined {
    const main = this.#mains.get(id);
    if (main !== undefined) return { id, key: main };
    const { main: mainId, project } = splitKeyId(id);
    const key = this.#mains.get(mainId);
    return key === undefined || project === undefined ? undefined : this.#derive({ id: mainId, key }, project);
  }

  /** The ids of the main keys, the encrypting one first. */
  get ids(): string[] {
    return [...this.#mains.keys()];
  }

  #derive(main: NamedKey, project: string): NamedKey {
    const id = `${main.id}/${project}`;
    let derived = this.#derived.get(id);
    if (derived === undefined) {
      if (this.#derived.size >= derivedKept) this.#derived.clear();
      const bytes = hkdfSync("sha256", main.key, "", `autoflow temporal project ${project}`, keyBytes);
      derived = { id, key: createSecretKey(new Uint8Array(bytes)) };
      this.#derived.set(id, derived);
    }
    return derived;
  }
}

/** The parts of a key id in a payload: the main key's, and the digest of the project when it is a derived one. */
export function splitKeyId(id: string): { main: string; project: string | undefined } {
  const slash = id.indexOf("/");
  if (slash === -1) return { main: id, project: undefined };
  const project = id.slice(slash + 1);
  return { main: id.slice(0, slash), project: keyIdPattern.test(project) ? project : undefined };
}

/** An id for a key that was given none: it tells keys apart and says nothing about them. 12 hex digits. */
function fingerprint(key: Uint8Array): string {
  return createHmac("sha256", key).update("autoflow temporal key id").digest("hex").slice(0, 12);
}

function checkKey(id: string, key: Uint8Array): void {
  if (!keyIdPattern.test(id)) {
    throw new AutoFlowError("ENCRYPTION_KEY_INVALID", `${JSON.stringify(id)} cannot be the id of an encryption key`, {
      hint: "An id has 1 to 64 letters, digits, dots, underscores and hyphens.",
    });
  }
  if (key.length !== keyBytes) {
    throw new AutoFlowError(
      "ENCRYPTION_KEY_INVALID",
      `the encryption key ${JSON.stringify(id)} has ${key.length} bytes, and ${keyBytes} are needed`,
    );
  }
}
