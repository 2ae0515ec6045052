/** The parameters of a request as GitLab reads them: of the query and of the body. */
import { isCredential } from "../../config/credential-names.ts";

/** A request that cannot be judged, and how it is answered. */
export class Unreadable extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const hidden = "[hidden]";

const ownNames = new Set(["private_token", "access_token", "job_token"]);

/** Throws Unreadable for a body whose meaning is not known here, and where query and body say different things. */
export function readParameters(
  target: string,
  headers: { type: string | undefined; encoding: string | undefined },
  body: Buffer,
): Record<string, unknown> {
  const query = formOf([...new URL(target, "http://guard").searchParams]);
  const given = body.length === 0 ? {} : readBody(headers, body);
  const twice = Object.keys(query).find((name) => Object.hasOwn(given, name) && !isSame(query[name], given[name]));
  if (twice !== undefined) throw new Unreadable(400, `${twice} has another value in the query than in the body`);
  return visible({ ...query, ...given }) as Record<string, unknown>;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function readBody(
  { type = "", encoding }: { type: string | undefined; encoding: string | undefined },
  body: Buffer,
): Record<string, unknown> {
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    throw new Unreadable(415, `a body with the encoding ${encoding} is not judged`);
  }
  const media = type.split(";", 1)[0]!.trim().toLowerCase();
  if (media === "application/json") return readJson(body);
  if (media === "application/x-www-form-urlencoded") {
    return formOf([...new URLSearchParams(body.toString("utf8"))]);
  }
  // Forms in parts are read in many ways: what is judged here could be another thing to GitLab.
  throw new Unreadable(415, `a body of the type ${media === "" ? "that is not said" : media} is not judged`);
}

function readJson(body: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new Unreadable(400, "the body is not JSON");
  }
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Unreadable(400, "the body is not a JSON object");
}

/** Names with brackets are lists and objects: `a[]=1`, `a[b]=1`. Of a name that is given twice the last value counts. */
function formOf(pairs: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const form: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of pairs) {
    const [first = "", ...rest] = name.replaceAll("]", "").split("[");
    put(form, [first, ...rest], value);
  }
  return form;
}

const deepest = 32;

function put(form: Record<string, unknown>, [name = "", ...rest]: string[], value: unknown): void {
  if (rest.length > deepest) throw new Unreadable(400, "the form is nested too deeply");
  const [next] = rest;
  if (next === undefined) {
    form[name] = value;
  } else if (next === "") {
    const list = Array.isArray(form[name]) ? (form[name] as unknown[]) : [];
    form[name] = list;
    if (rest.length === 1) return void list.push(value);
    const item = Object.create(null) as Record<string, unknown>;
    list.push(item);
    put(item, rest.slice(1), value);
  } else {
    const known = form[name];
    const isForm = known !== null && typeof known === "object" && !Array.isArray(known);
    const inner = isForm ? (known as Record<string, unknown>) : (Object.create(null) as Record<string, unknown>);
    form[name] = inner;
    put(inner, rest, value);
  }
}

/** Without the caller's token, and without what looks like a credential. */
function visible(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(visible);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([name]) => !ownNames.has(name));
  return Object.fromEntries(entries.map(([name, inner]) => [name, isHidden(name, inner) ? hidden : visible(inner)]));
}

/** Switches and numbers are no credentials, whatever their names are. */
function isHidden(name: string, value: unknown): boolean {
  return typeof value === "string" && !/^(true|false|\d{0,9})$/i.test(value) && isCredential(name, value);
}
