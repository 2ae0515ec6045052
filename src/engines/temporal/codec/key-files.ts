/** Reads the keys of payloads from files of exactly 32 bytes. */
import { readFileSync, statSync } from "node:fs";
import { AutoFlowError } from "../../../core/errors.ts";
import { fingerprint, keyBytes, TemporalKeys, type TemporalKey } from "./keys.ts";

export interface KeyFile {
  file: string;
  /** How payloads name the key; when absent, a fingerprint of it. */
  id?: string | undefined;
}

/** Larger files are not read to say what is wrong with them. */
const largestFile = 64 * 1024;

/**
 * The keys in these files, the encrypting one first. Throws ENCRYPTION_KEY_INVALID when a file cannot be read or does not hold
 * exactly 32 bytes; no error holds any part of a file's content.
 */
export function loadTemporalKeys(files: readonly KeyFile[]): TemporalKeys {
  return new TemporalKeys(files.map(loadKey));
}

function loadKey({ file, id }: KeyFile): TemporalKey {
  const content = readKeyFile(file);
  if (content.length !== keyBytes) throw wrongLength(file, content);
  const key = new Uint8Array(content);
  return { id: id ?? fingerprint(key), key };
}

function readKeyFile(file: string): Buffer {
  try {
    const { size } = statSync(file);
    if (size > largestFile) throw wrongSize(file, size, "");
    return readFileSync(file);
  } catch (error) {
    if (error instanceof AutoFlowError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const problem = code === "ENOENT" ? `there is no key file ${file}` : `the key file cannot be read: ${message}`;
    throw new AutoFlowError("ENCRYPTION_KEY_INVALID", problem, { cause: error });
  }
}

function wrongLength(file: string, content: Buffer): AutoFlowError {
  const text = content.toString("latin1").trim();
  if (/^[0-9a-f]{64}$/i.test(text)) {
    return wrongSize(
      file,
      content.length,
      `It looks like hexadecimal; write the bytes: \`xxd -r -p FILE > key.bin\`. `,
    );
  }
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) {
    return wrongSize(file, content.length, `It looks like base64; write the bytes: \`base64 -d FILE > key.bin\`. `);
  }
  return wrongSize(file, content.length, "");
}

function wrongSize(file: string, size: number, lead: string): AutoFlowError {
  return new AutoFlowError(
    "ENCRYPTION_KEY_INVALID",
    `the key file ${file} has ${size} ${size === 1 ? "byte" : "bytes"}, and a key is exactly ${keyBytes}`,
    {
      hint:
        `${lead}Make a key with \`openssl rand ${keyBytes} > key.bin\`. In Kubernetes create the secret with --from-file: ` +
        "--from-literal=key=key.bin stores the name of the file, not what is in it.",
    },
  );
}
