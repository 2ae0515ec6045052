/** Reads secrets and keys from where the configuration says they are kept. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Environment } from "./environment.ts";
import type { SecretRef } from "./schema-parts.ts";

/** Where a secret is kept, with the path of a file made absolute. */
export type SecretPlace = { env: string } | { file: string } | { value: string };

export function secretPlace(ref: SecretRef, folder: string): SecretPlace {
  if (typeof ref === "string") return { value: ref };
  if (ref.env !== undefined) return { env: ref.env };
  if (ref.file !== undefined) return { file: path.resolve(folder, ref.file) };
  return { value: ref.value ?? "" };
}

/** The secret's value; a string that says what is wrong when there is none. Neither holds any part of a value. */
export function readSecret(place: SecretPlace, environment: Environment): { value: string } | { problem: string } {
  if ("value" in place) return nonEmpty(place.value, "it is empty");
  if ("env" in place) {
    const value = environment[place.env];
    return value === undefined
      ? { problem: `the environment variable ${place.env} is not set` }
      : nonEmpty(value, `the environment variable ${place.env} is empty`);
  }
  const content = readBytes(place.file);
  if ("problem" in content) return content;
  return nonEmpty(content.bytes.toString("utf8").replace(/\r?\n$/, ""), `the file ${place.file} is empty`);
}

function nonEmpty(value: string, problem: string): { value: string } | { problem: string } {
  return value === "" ? { problem } : { value };
}

/** The bytes of a file, or what is wrong with it. */
function readBytes(file: string): { bytes: Buffer } | { problem: string } {
  try {
    return { bytes: readFileSync(file) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { problem: code === "ENOENT" ? `there is no file ${file}` : message };
  }
}

const keyBytes = 32;

/** An AES-256 key: the file's bytes as they are, or a variable's in base64 or hexadecimal. */
export function readKey(
  place: { env: string } | { file: string },
  environment: Environment,
): { key: Uint8Array } | { problem: string; hint?: string } {
  const content = "file" in place ? readBytes(place.file) : decodeVariable(place.env, environment[place.env]);
  if ("problem" in content) return content;
  const { length } = content.bytes;
  if (length === keyBytes) return { key: new Uint8Array(content.bytes) };
  const where = "file" in place ? `the file ${place.file}` : `the environment variable ${place.env}`;
  return {
    problem: `needs exactly ${keyBytes} bytes, and ${where} has ${length}`,
    hint:
      writtenKeyHint(content.bytes) +
      "Make a key with `openssl rand 32 > secret.bin`. In Kubernetes give it with --from-file: " +
      "--from-literal=key=secret.bin stores the file's name.",
  };
}

/** For a key that was written as text. */
function writtenKeyHint(bytes: Buffer): string {
  const text = bytes.toString("latin1").trim();
  if (/^[0-9a-f]{64}$/i.test(text))
    return "It looks like hexadecimal: `xxd -r -p FILE > secret.bin` writes the bytes. ";
  if (/^[A-Za-z0-9+/_-]{43}=$/.test(text))
    return "It looks like base64: `base64 -d FILE > secret.bin` writes the bytes. ";
  return "";
}

function decodeVariable(
  name: string,
  text: string | undefined,
): { bytes: Buffer } | { problem: string; hint?: string } {
  if (text === undefined || text === "") return { problem: `the environment variable ${name} is not set` };
  if (/^[0-9a-f]+$/i.test(text) && text.length === 2 * keyBytes) return { bytes: Buffer.from(text, "hex") };
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return { bytes: Buffer.from(text, "base64") };
  return {
    problem: `the environment variable ${name} is neither base64 nor hexadecimal`,
    hint: "Make a key with `openssl rand -base64 32`.",
  };
}
