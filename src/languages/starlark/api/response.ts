/** The answer to an HTTP call, as scripts see it. */
import { defineBuiltin } from "../library/arguments.ts";
import type { MethodTable } from "../library/attributes.ts";
import type { Thread } from "../library/builtin.ts";
import { decodeJson, decodeWireValue } from "../library/json-decode.ts";
import { tableOf } from "../library/parameters.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { Bytes, HeapValue, List, type Value } from "../values/value.ts";

/** Header fields: names are lower case and found in any case; the values of one name are joined with ", ". */
export class Headers extends Dict {
  override get(key: Value): Value | undefined {
    return super.get(typeof key === "string" ? lowerCase(key) : key);
  }

  override has(key: Value): boolean {
    return super.has(typeof key === "string" ? lowerCase(key) : key);
  }
}

/** An HTTP answer. `body` is a byte string. */
export class Response extends HeapValue {
  statusCode: number;
  status: string;
  headers: Headers;
  body: string;

  constructor(statusCode: number, status: string, headers: Headers, body: string) {
    super();
    this.statusCode = statusCode;
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  get type(): string {
    return "response";
  }

  override attribute(name: string): Value | undefined {
    switch (name) {
      case "status_code":
        return this.statusCode;
      case "status":
        return this.status;
      case "ok":
        return this.statusCode >= 200 && this.statusCode < 300;
      case "headers":
        return this.headers;
      case "body":
        return new Bytes(this.body);
      default:
        return undefined;
    }
  }

  override attributeNames(): readonly string[] {
    return ["body", "headers", "ok", "status", "status_code"];
  }

  override methods(): MethodTable {
    return responseMethods;
  }

  override describe(): string {
    return `<response ${this.status}>`;
  }

  override visit(each: (value: Value) => void): void {
    each(this.headers);
  }

  override byteSize(): number {
    return 96 + this.body.length;
  }
}

const text = defineBuiltin(
  { name: "text", doc: "The body as a string.", parameters: [], returns: "string" },
  (_thread, self) => (self as Response).body,
);

const json = defineBuiltin(
  {
    name: "json",
    doc: "The body as JSON. The keys of objects can be read as attributes too.",
    parameters: [],
    returns: "any",
  },
  (thread, self) => {
    const { body, status } = self as Response;
    try {
      return decodeJson(thread, body, { records: true });
    } catch (error) {
      if (!(error instanceof EvalError)) throw error;
      throw new EvalError(`json: the body of this response (${status}) is not JSON: ${error.message}`);
    }
  },
);

export const responseMethods: MethodTable = tableOf([text, json]);

/** The response that the http action's answer describes. Throws EvalError when it is not one. */
export function readResponse(thread: Thread, answer: string): Response {
  const fields = decodeWireValue(thread, answer);
  if (!(fields instanceof Dict)) throw damaged();
  const [statusCode, status, pairs, body] = ["status_code", "status", "headers", "body"].map((name) =>
    fields.get(name),
  );
  if (typeof statusCode !== "number" || typeof status !== "string" || !(pairs instanceof List)) throw damaged();
  const headers = new Headers();
  for (const pair of pairs.items) addHeader(thread, headers, pair);
  headers.frozen = true;
  return new Response(
    statusCode,
    status,
    headers,
    body instanceof Bytes ? body.data : typeof body === "string" ? body : "",
  );
}

function addHeader(thread: Thread, headers: Headers, pair: Value): void {
  const [name, value] = pair instanceof List ? pair.items : [];
  if (typeof name !== "string" || typeof value !== "string") throw damaged();
  thread.charge(Dict.entrySize + value.length);
  const key = lowerCase(name);
  const before = headers.get(key);
  headers.set(key, before === undefined ? value : `${before as string}, ${value}`);
}

function damaged(): EvalError {
  return new EvalError("the http action answered with something that is not a response");
}

/** Only ASCII letters change: names of header fields are ASCII. */
function lowerCase(name: string): string {
  return /[A-Z]/.test(name) ? name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()) : name;
}
