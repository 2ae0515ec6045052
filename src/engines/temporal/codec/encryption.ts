/**
 * Encryption of payloads as Temporal's published samples do it, so that their codec servers and SDKs in other languages read ours:
 * AES-256-GCM over the serialised payload, metadata `encoding: binary/encrypted` and `encryption-key-id`, data = 12 bytes of nonce,
 * the ciphertext, 16 bytes of tag. The format has no room for additional authenticated data, so the workflow that a payload is for is
 * encrypted with it, as metadata that others leave alone.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Payload, PayloadCodec, SerializationContext } from "@temporalio/common";
import { AutoFlowError } from "../../../core/errors.ts";
import { splitKeyId, type NamedKey, type TemporalKeys } from "./keys.ts";
import { metadataText, payloadFromBytes, payloadToBytes } from "./payload-bytes.ts";
import type { ProjectScopes } from "./project-scopes.ts";

const encryptedEncoding = "binary/encrypted";
const keyIdName = "encryption-key-id";
const workflowName = "encrypted-for";

const encodingBytes = Buffer.from(encryptedEncoding);
const nonceBytes = 12;
const tagBytes = 16;

export interface EncryptionOptions {
  /** Gives each project a key of its own, derived from the first. */
  scopes?: ProjectScopes | undefined;
  /**
   * What is not encrypted is not decoded either, where there are keys: else whoever can write to the namespace, and has no key, could
   * have made it.
   */
  refusesPlaintext?: boolean | undefined;
}

/**
 * Encrypts with the first key, or with that of the project a workflow belongs to when there are `scopes`; without keys, payloads stay
 * as they are. Decodes what any key has encrypted and leaves all else untouched, unless it refuses that.
 */
export class EncryptionCodec implements PayloadCodec {
  readonly #keys: TemporalKeys;
  readonly #scopes: ProjectScopes | undefined;
  readonly #refusesPlaintext: boolean;

  constructor(keys: TemporalKeys, { scopes, refusesPlaintext = false }: EncryptionOptions = {}) {
    this.#keys = keys;
    this.#scopes = scopes;
    this.#refusesPlaintext = refusesPlaintext && keys.encrypting() !== undefined;
  }

  async encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    const key = this.#keys.encrypting(this.#scopes?.of(context?.workflowId));
    if (key === undefined) return payloads;
    return payloads.map((payload) => encrypt(boundTo(context?.workflowId, payload), key));
  }

  /** Rejects with CODEC_KEY_MISSING, CODEC_PAYLOAD_PLAINTEXT, or CODEC_PAYLOAD_BROKEN: also one for another workflow or project. */
  async decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    return payloads.map((payload) => {
      if (metadataText(payload, "encoding") !== encryptedEncoding) {
        if (this.#refusesPlaintext) throw plaintext(context?.workflowId);
        return payload;
      }
      const key = this.#keyOf(payload);
      const decoded = unbound(context?.workflowId, payloadFromBytes(decrypt(payload.data ?? new Uint8Array(), key)));
      if (context?.workflowId !== undefined) this.#scope(context.workflowId, splitKeyId(key.id).project);
      return decoded;
    });
  }

  /** A workflow belongs to the project whose key its first payload has. */
  #scope(workflowId: string, project: string | undefined): void {
    if (project === undefined) return;
    const known = this.#scopes?.of(workflowId);
    if (known === undefined) this.#scopes?.note(workflowId, project);
    else if (known !== project) {
      throw new AutoFlowError(
        "CODEC_PAYLOAD_BROKEN",
        `the workflow ${workflowId} has a payload that was encrypted for another project`,
      );
    }
  }

  #keyOf(payload: Payload): NamedKey {
    const id = metadataText(payload, keyIdName);
    if (id === undefined) {
      throw new AutoFlowError("CODEC_PAYLOAD_BROKEN", `an encrypted payload does not say its ${keyIdName}`);
    }
    const key = this.#keys.find(id);
    if (key !== undefined) return key;
    const known = this.#keys.ids.map((name) => JSON.stringify(name)).join(", ");
    throw new AutoFlowError(
      "CODEC_KEY_MISSING",
      `a payload is encrypted with the key ${JSON.stringify(id.slice(0, 200))}; configured are ${known || "none"}`,
    );
  }
}

function boundTo(workflowId: string | undefined, payload: Payload): Payload {
  if (workflowId === undefined) return payload;
  return { ...payload, metadata: { ...payload.metadata, [workflowName]: Buffer.from(workflowId) } };
}

/** What was encrypted without knowing for whom, as by a codec server, is for anybody. */
function unbound(workflowId: string | undefined, payload: Payload): Payload {
  const wanted = metadataText(payload, workflowName);
  if (wanted === undefined) return payload;
  if (workflowId !== undefined && wanted !== workflowId) {
    const message = `the workflow ${workflowId} has a payload that was encrypted for the workflow ${wanted}`;
    throw new AutoFlowError("CODEC_PAYLOAD_BROKEN", message);
  }
  const { [workflowName]: _, ...metadata } = payload.metadata ?? {};
  return { ...payload, metadata };
}

function plaintext(workflowId: string | undefined): AutoFlowError {
  const whose = workflowId === undefined ? "a payload" : `a payload of the workflow ${workflowId}`;
  return new AutoFlowError("CODEC_PAYLOAD_PLAINTEXT", `${whose} is not encrypted, although there is a key`);
}

/** The id of the key that a payload says it is encrypted with; undefined for one that is not encrypted. */
export function keyIdOf(payload: Payload): string | undefined {
  return metadataText(payload, "encoding") === encryptedEncoding ? metadataText(payload, keyIdName) : undefined;
}

function encrypt(payload: Payload, { id, key }: NamedKey): Payload {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  const data = Buffer.concat([nonce, cipher.update(payloadToBytes(payload)), cipher.final(), cipher.getAuthTag()]);
  return { metadata: { encoding: encodingBytes, [keyIdName]: Buffer.from(id) }, data };
}

function decrypt(data: Uint8Array, { id, key }: NamedKey): Uint8Array {
  if (data.length < nonceBytes + tagBytes) {
    throw new AutoFlowError("CODEC_PAYLOAD_BROKEN", `an encrypted payload has only ${data.length} bytes`);
  }
  const end = data.length - tagBytes;
  const decipher = createDecipheriv("aes-256-gcm", key, data.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAuthTag(data.subarray(end));
  try {
    return Buffer.concat([decipher.update(data.subarray(nonceBytes, end)), decipher.final()]);
  } catch (cause) {
    throw new AutoFlowError(
      "CODEC_PAYLOAD_BROKEN",
      `the key ${JSON.stringify(id)} does not open a payload that names it: it was altered, or that id once named another key`,
      { cause },
    );
  }
}
