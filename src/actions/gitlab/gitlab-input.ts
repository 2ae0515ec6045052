/** Reads the input of a call of GitLab: checks it and fills secrets in. */
import { AutoFlowError } from "../../core/errors.ts";
import { decodeWire, SecretText, type WireText, type WireValue } from "../../core/wire.ts";
import { fill, isObject, type SecretValue, shown } from "../input-texts.ts";
import { readPath } from "./gitlab-path.ts";

/** JSON as GitLab reads and writes it. */
export type Json = null | boolean | number | bigint | string | Json[] | { [key: string]: Json };

/** A call that is ready to be sent: secrets are filled in, so nothing of it but `method` and `path` may be shown. */
export interface GitLabRequest {
  method: string;
  /** Below `/api/v4/`, without a slash at either end. */
  path: string;
  /** Names and values, not yet encoded. */
  query: [string, string][];
  /** Undefined: none is sent. */
  body: Json | undefined;
}

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
const inputFieldNames = new Set(["method", "path", "query", "body"]);

/**
 * The call that an input describes: `{"method", "path", "query": [[name, value], …], "body"}`; query and body may be absent, and
 * hold texts with secrets. `:id` as a segment of the path stands for the project. `secret` gives a secret's value. Throws
 * ACTION_INPUT_INVALID, SECRET_UNKNOWN.
 */
export function readGitLabInput(input: WireText, project: string, secret: SecretValue): GitLabRequest {
  const fields = inputFields(input);
  return {
    method: readMethod(fields["method"]),
    path: readPath(fields["path"], project),
    query: readQuery(fields["query"], secret),
    body: readBody(fields["body"], secret),
  };
}

/** Whether a call of this method may change something. */
export function isWrite(method: string): boolean {
  return method !== "GET" && method !== "HEAD";
}

function inputFields(input: WireText): { [key: string]: WireValue } {
  let value: WireValue;
  try {
    value = decodeWire(input);
  } catch (cause) {
    throw invalid("it is not wire text", { cause });
  }
  if (!isObject(value)) throw invalid("it is not an object");
  const unknown = Object.keys(value).find((key) => !inputFieldNames.has(key));
  if (unknown !== undefined) throw invalid(`${JSON.stringify(unknown)} is not one of its fields`);
  return value;
}

function readMethod(value: WireValue | undefined): string {
  if (typeof value === "string" && methods.has(value)) return value;
  throw invalid(`method must be one of ${[...methods].join(", ")}, got ${shown(value)}`);
}

function readQuery(value: WireValue | undefined, secret: SecretValue): [string, string][] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`query must be a list of [name, value] pairs, got ${shown(value)}`);
  return value.map((pair) => {
    const [name, text] = Array.isArray(pair) && pair.length === 2 ? pair : [];
    if (typeof name === "string" && (typeof text === "string" || text instanceof SecretText)) {
      return [name, fill(text, secret)];
    }
    throw invalid(`each item of query must be a [name, value] pair of texts, got ${shown(pair)}`);
  });
}

function readBody(value: WireValue | undefined, secret: SecretValue): Json | undefined {
  return value === undefined ? undefined : toJson(value, secret);
}

function toJson(value: WireValue, secret: SecretValue): Json {
  if (value instanceof SecretText) return fill(value, secret);
  if (value instanceof Uint8Array) {
    throw invalid("body holds bytes, which JSON cannot", {
      hint: 'Encode them in base64 where GitLab takes that: {"encoding": "base64", "content": …}.',
    });
  }
  if (Array.isArray(value)) return value.map((item) => toJson(item, secret));
  if (!isObject(value)) return value;
  const result = Object.create(null) as { [key: string]: Json };
  for (const [name, member] of Object.entries(value)) result[name] = toJson(member, secret);
  return result;
}

function invalid(problem: string, details: { hint?: string; cause?: unknown } = {}): AutoFlowError {
  return new AutoFlowError("ACTION_INPUT_INVALID", `input of the gitlab action: ${problem}`, details);
}
