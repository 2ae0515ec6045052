/** Parameters of a request as one nested value: query, form or JSON. */
import { badParameter, Refusal } from "../operations/refusal.ts";

type Input = Record<string, unknown>;

/** Splits and decodes "a=1&b[]=2". */
export function parsePairs(text: string): [string, string][] {
  if (text === "") return [];
  return text.split("&").flatMap((part): [string, string][] => {
    if (part === "") return [];
    const cut = part.indexOf("=");
    const [name, value] = cut < 0 ? [part, ""] : [part.slice(0, cut), part.slice(cut + 1)];
    return [[decode(name), decode(value)]];
  });
}

function decode(text: string): string {
  if (!text.includes("%") && !text.includes("+")) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new Refusal(400, { error: "Invalid encoding" });
  }
}

/** Puts pairs into an object: "iids[]" is a list, "not[labels]" an object, "variables[0][key]" a list of objects. */
export function nestPairs(pairs: readonly [string, string][], into: Input): Input {
  for (const [name, value] of pairs) {
    if (name.includes("[")) put(into, name, value);
    else into[name] = value;
  }
  return into;
}

function put(into: Input, name: string, value: string): void {
  const first = name.indexOf("[");
  const keys = [
    name.slice(0, first),
    ...name
      .slice(first)
      .matchAll(/\[([^\]]*)\]/g)
      .map(([, key]) => key!),
  ];
  let at: Input | unknown[] = into;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const next = keys[i + 1];
    if (next === undefined) {
      if (Array.isArray(at)) at.push(value);
      else if (!isUnsafe(key)) at[key] = value;
      return;
    }
    at = inner(at, key, { isList: next === "" || /^\d+$/.test(next), field: next });
  }
}

/** What is below a key; of "variables[][key]" a new object begins when the last one has the key already. */
function inner(at: Input | unknown[], key: string, next: { isList: boolean; field: string }): Input | unknown[] {
  const fresh: Input | unknown[] = next.isList ? [] : {};
  if (!Array.isArray(at)) {
    if (isUnsafe(key)) return fresh;
    const present = at[key];
    if (typeof present === "object" && present !== null) return present as Input | unknown[];
    at[key] = fresh;
    return fresh;
  }
  const last = at.at(-1) as Input | undefined;
  const isNumbered = key !== "";
  const present = isNumbered ? (at[Number(key) % maxIndex] as Input | undefined) : last;
  if (present !== undefined && typeof present === "object" && (isNumbered || !(next.field in present))) {
    return present;
  }
  at.push(fresh);
  return fresh;
}

const maxIndex = 10_000;

function isUnsafe(key: string): boolean {
  return key === "__proto__";
}

/** The parameters of a body, by its content type; a JSON value is taken as it is. Throws 400 for what cannot be read. */
export function bodyInput(body: unknown, contentType: string | undefined): Input {
  if (body === undefined || body === null || body === "") return {};
  if (typeof body !== "string" && !(body instanceof Uint8Array)) return asInput(body);
  if (body.length === 0) return {};
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  if (contentType?.startsWith("application/x-www-form-urlencoded") === true) return nestPairs(parsePairs(text), {});
  if (contentType?.startsWith("multipart/form-data") === true) return multipart(body, contentType);
  try {
    return asInput(JSON.parse(text));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw badParameter("Problem processing request body: it is no JSON");
  }
}

function asInput(value: unknown): Input {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Input;
  throw badParameter("The request's body is no JSON object");
}

/** Fields as texts; a file as `{filename, content}`. */
function multipart(body: string | Uint8Array, contentType: string): Input {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) throw badParameter("multipart/form-data without a boundary");
  const binary = typeof body === "string" ? body : Buffer.from(body).toString("latin1");
  const input: Input = {};
  for (const part of binary.split(`--${boundary}`).slice(1, -1)) {
    const cut = part.indexOf("\r\n\r\n");
    const head = part.slice(0, cut);
    const content = part.slice(cut + 4, part.endsWith("\r\n") ? -2 : undefined);
    const name = /name="([^"]*)"/.exec(head)?.[1];
    if (cut < 0 || name === undefined) continue;
    const filename = /filename="([^"]*)"/.exec(head)?.[1];
    const bytes = Buffer.from(content, "latin1");
    if (filename === undefined) nestPairs([[name, bytes.toString("utf8")]], input);
    else input[name] = { filename, content: new Uint8Array(bytes) };
  }
  return input;
}
