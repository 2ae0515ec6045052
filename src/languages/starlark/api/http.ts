/** HTTP calls: `http.get(url, …)` and its like, and GitLab's spelling `http_do`. */
import type { ParameterSpec, Thread } from "../library/builtin.ts";
import { encodeJsonText, encodeWireValue } from "../library/json-encode.ts";
import { parameter } from "../library/parameters.ts";
import type { WireText } from "../../../core/wire.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { repr } from "../values/print.ts";
import { joinSecret, Secret } from "../values/secret.ts";
import { ModuleValue } from "../values/struct.ts";
import { typeName } from "../values/type-name.ts";
import { Bytes, Float, List, Tuple, type Value } from "../values/value.ts";
import { runOf } from "./host.ts";
import { callOptions, callParameters } from "./options.ts";
import { type Arguments, defineVerb, type VerbSpec, verbValue } from "./verb.ts";

const keyword = (name: string, type: string, doc: string): ParameterSpec => ({
  name,
  type: `${type} | None`,
  default: "None",
  passing: "keyword",
  doc,
});

const url: ParameterSpec = { ...parameter("url", "string | secret"), doc: "An absolute http or https address." };

const requestParameters: ParameterSpec[] = [
  keyword("headers", "dict", "Header fields; a list of values repeats the field. Values may hold secrets."),
  keyword("query", "dict", "Added to the address, percent-encoded; None is left out, a list repeats the name."),
  keyword("body", "string | bytes | secret", "Sent as it is."),
  keyword(
    "json",
    "any",
    "Sent as JSON, with content-type application/json; texts in it may hold secrets. Not together with body.",
  ),
  ...callParameters,
  keyword(
    "retry_on",
    "list",
    "Statuses that count as failures to be tried again; 408, 425, 429, 502, 503 and 504 by default.",
  ),
  keyword(
    "sign",
    "dict",
    'Signs the body with a secret: {"secret": …, "header": "X-Hub-Signature-256", "prefix": "sha256=", "encoding": "hex"} puts its HMAC-SHA256 into ' +
      'a header, {"scheme": "standard", "secret": …} signs as standardwebhooks.com says.',
  ),
];

const maxHeaders = 100;

function request(name: string, method: string, doc: string): VerbSpec {
  const description = { name, doc, parameters: [url, ...requestParameters], returns: "response", waits: true };
  return defineVerb(description, (thread, args) => call(thread, name, method, args));
}

const anyMethod = [url, { ...parameter("method", "string", '"GET"'), doc: "GET, POST, …" }];

/** The verbs of the namespace `http`. */
export const httpVerbs: readonly VerbSpec[] = [
  request("get", "GET", "Reads."),
  request("head", "HEAD", "Reads the header only."),
  request("post", "POST", "Creates, or does something."),
  request("put", "PUT", "Replaces."),
  request("patch", "PATCH", "Changes parts."),
  request("delete", "DELETE", "Removes."),
  defineVerb(
    {
      name: "do",
      doc: "A call with any method.",
      parameters: [...anyMethod, ...requestParameters, keyword("header", "dict", "The same as headers.")],
      returns: "response",
      waits: true,
    },
    (thread, args) => callAny(thread, "do", args),
  ),
];

/** GitLab's spelling: everything may be passed by position. */
export const httpDo = defineVerb(
  {
    name: "http_do",
    doc: "A call with any method, in GitLab's spelling. See http.do.",
    parameters: [
      ...anyMethod,
      parameter("query", "dict | None", "None"),
      parameter("header", "dict | None", "None"),
      parameter("body", "string | bytes | secret | None", "None"),
      ...requestParameters.filter(({ name }) => name !== "query" && name !== "body"),
    ],
    returns: "response",
    waits: true,
  },
  (thread, args) => callAny(thread, "http_do", args),
);

export const httpNamespace = new ModuleValue("http", new Map(httpVerbs.map((spec) => [spec.name, verbValue(spec)])));

function callAny(thread: Thread, verb: string, args: Arguments): Value {
  const method = args["method"] ?? "GET";
  if (typeof method !== "string" || !/^[A-Za-z]+$/.test(method)) {
    throw new EvalError(`${verb}: method must be a word such as "GET"`);
  }
  if ((args["header"] ?? null) !== null && (args["headers"] ?? null) !== null) {
    throw new EvalError(`${verb}: say header or headers, not both`);
  }
  return call(thread, verb, method.toUpperCase(), { ...args, headers: args["headers"] ?? args["header"] });
}

function call(thread: Thread, verb: string, method: string, args: Arguments): Value {
  const run = runOf(thread, `http.${verb}`);
  const { label, ...options } = callOptions(verb, args);
  const input = encodeWireValue(thread, requestInput(thread, verb, method, args)) as WireText;
  const future = run.openEffect({ kind: "call", action: "http", input, ...options }, "http_response", label);
  return run.wait({ on: [future], deadline: undefined, timeoutValue: null, select: false, owned: true });
}

/** What the http action reads. */
function requestInput(thread: Thread, verb: string, method: string, args: Arguments): Dict {
  const input = new Dict();
  const headers = headerPairs(verb, args["headers"] ?? null);
  const body = requestBody(thread, verb, args, headers);
  input.set("method", method);
  input.set("url", addQuery(verb, textArgument(verb, "url", args["url"]!), args["query"] ?? null));
  input.set("headers", new List(headers.map((pair) => new List(pair))));
  if (body !== null) input.set("body", body);
  const retryOn = args["retry_on"] ?? null;
  if (retryOn !== null) input.set("retry_on", statuses(verb, retryOn));
  const sign = args["sign"] ?? null;
  if (sign !== null) input.set("sign", signing(verb, sign));
  return input;
}

function textArgument(verb: string, name: string, value: Value): string | Secret {
  if (typeof value === "string" || value instanceof Secret) return value;
  throw new EvalError(`${verb}: for parameter ${name}: got ${typeName(value)}, want string`);
}

function headerPairs(verb: string, headers: Value): [string, Value][] {
  if (headers === null) return [];
  if (!(headers instanceof Dict))
    throw new EvalError(`${verb}: for parameter headers: got ${typeName(headers)}, want dict`);
  const pairs: [string, Value][] = [];
  for (const [name, value] of headers.entries()) {
    if (typeof name !== "string")
      throw new EvalError(`${verb}: names of headers must be strings, not ${typeName(name)}`);
    for (const item of itemsOf(value)) pairs.push([name, headerValue(verb, name, item)]);
  }
  if (pairs.length > maxHeaders) throw new EvalError(`${verb}: more than ${maxHeaders} headers`);
  return pairs;
}

function headerValue(verb: string, name: string, value: Value): Value {
  if (typeof value === "string" || value instanceof Secret) return value;
  throw new EvalError(`${verb}: header ${name}: got ${typeName(value)}, want string; a dict to send goes into json=`);
}

function itemsOf(value: Value): readonly Value[] {
  return value instanceof List || value instanceof Tuple ? value.items : [value];
}

function requestBody(thread: Thread, verb: string, args: Arguments, headers: [string, Value][]): Value {
  const body = args["body"] ?? null;
  const json = args["json"];
  if (json === undefined || (json === null && body !== null)) return bodyArgument(verb, body);
  if (json === null) return null;
  if (body !== null) throw new EvalError(`${verb}: say body or json, not both`);
  if (!headers.some(([name]) => name.toLowerCase() === "content-type"))
    headers.push(["content-type", "application/json"]);
  return encodeBody(thread, verb, json);
}

function encodeBody(thread: Thread, verb: string, json: Value): string | Secret {
  try {
    return encodeJsonText(thread, json);
  } catch (error) {
    throw error instanceof EvalError ? new EvalError(`${verb}: ${error.message}`) : error;
  }
}

function bodyArgument(verb: string, body: Value): Value {
  if (body === null || typeof body === "string" || body instanceof Bytes || body instanceof Secret) return body;
  throw new EvalError(
    `${verb}: for parameter body: got ${typeName(body)}, want string or bytes; a dict goes into json=`,
  );
}

function statuses(verb: string, value: Value): List {
  const items = itemsOf(value);
  if (!items.every((item) => typeof item === "number" && item >= 100 && item <= 599)) {
    throw new EvalError(`${verb}: retry_on: want a list of HTTP statuses`);
  }
  return new List([...items]);
}

function signing(verb: string, value: Value): Dict {
  if (value instanceof Dict && value.has("secret")) return value;
  throw new EvalError(
    `${verb}: sign: want a dict with a secret: {"secret": vars.KEY, "header": "X-Hub-Signature-256"}`,
  );
}

/** The address with the query in front of its fragment. */
function addQuery(verb: string, address: string | Secret, query: Value): string | Secret {
  if (query === null) return address;
  if (!(query instanceof Dict)) throw new EvalError(`${verb}: for parameter query: got ${typeName(query)}, want dict`);
  const pieces: (string | Secret)[] = [];
  for (const [name, value] of query.entries()) {
    if (typeof name !== "string") throw new EvalError(`${verb}: names in query must be strings, not ${typeName(name)}`);
    for (const item of itemsOf(value)) {
      if (item === null) continue;
      pieces.push(pieces.length === 0 ? "" : "&", `${percentEncode(name)}=`, queryValue(verb, name, item));
    }
  }
  if (pieces.length === 0) return address;
  if (address instanceof Secret) {
    const asked = address.parts.some((part) => typeof part === "string" && part.includes("?"));
    return joinSecret([address, asked ? "&" : "?", ...pieces]);
  }
  const hash = address.indexOf("#");
  const plain = hash < 0 ? address : address.slice(0, hash);
  return joinSecret([plain, plain.includes("?") ? "&" : "?", ...pieces]);
}

function queryValue(verb: string, name: string, value: Value): string | Secret {
  if (value instanceof Secret) return value;
  if (typeof value === "string") return percentEncode(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value instanceof Float) return percentEncode(repr(noThread, value));
  throw new EvalError(`${verb}: query: ${name}: got ${typeName(value)}, want string, int, bool or None`);
}

/** For printing a float, which needs no accounting. */
const noThread: Thread = { spend() {}, charge() {}, now: () => 0, print() {} };

/** RFC 3986, section 2.3: all but unreserved characters. `text` is a byte string. */
function percentEncode(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9\-._~]/g, (byte) => {
    const code = byte.charCodeAt(0).toString(16).toUpperCase();
    return `%${code.padStart(2, "0")}`;
  });
}
