/** Calls of GitLab's REST API: `gitlab.get(path, …)` and its like. The instance and its token are the project's. */
import { bindArguments, signatureOf } from "../library/arguments.ts";
import type { BuiltinSpec, ParameterSpec, PreludeCall, Thread } from "../library/builtin.ts";
import { encodeWireValue } from "../library/json-encode.ts";
import { parameter } from "../library/parameters.ts";
import type { WireText } from "../../../core/wire.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { repr } from "../values/print.ts";
import { Secret } from "../values/secret.ts";
import { ModuleValue, Struct } from "../values/struct.ts";
import { fromText } from "../values/text.ts";
import { Time } from "../values/time.ts";
import { typeName } from "../values/type-name.ts";
import { Float, List, Tuple, type Value } from "../values/value.ts";
import { runOf } from "./host.ts";
import { callOptions, callParameters } from "./options.ts";
import { type Arguments, defineVerb, type VerbSpec, verbValue } from "./verb.ts";

const path: ParameterSpec = {
  ...parameter("path", "string"),
  doc: 'Below /api/v4/, such as "projects/42/issues"; the segment :id stands for the run\'s project.',
};

const query: ParameterSpec = {
  ...parameter("query", "dict | None", "None"),
  passing: "keyword",
  doc: "Parameters of the address. None is left out, a list repeats the name as name[], a dict becomes name[key], a time is written as GitLab reads it.",
};

const body: ParameterSpec = {
  ...parameter("body", "dict | list | struct | None", "None"),
  passing: "keyword",
  doc: "Sent as JSON; texts in it may hold secrets.",
};

function request(name: string, method: string, doc: string): VerbSpec {
  const parameters = [path, query, ...(method === "GET" ? [] : [body]), ...callParameters];
  return defineVerb({ name, doc, parameters, returns: "any", waits: true }, (thread, args) => {
    const verb = `gitlab.${name}`;
    return call(thread, args, {
      verb,
      method,
      query: queryPairs(verb, args["query"] ?? null),
      completion: "gitlab_body",
    });
  });
}

const listDescription = {
  name: "list",
  doc:
    "Reads all pages of a list, one call for each, and answers the list of what they hold. Pages have 100 items unless query says otherwise; " +
    'query={"pagination": "keyset", "order_by": "id"} is faster for long lists where GitLab has it.',
  parameters: [
    path,
    query,
    {
      ...parameter("limit", "int | None", "None"),
      passing: "keyword",
      doc: "How many items are wanted at most; no further page is read then.",
    } satisfies ParameterSpec,
    ...callParameters,
  ],
  returns: "list",
};

const listSignature = signatureOf("list", listDescription.parameters);
const mostPerPage = 100;

const list: VerbSpec = {
  ...listDescription,
  waits: true,
  call() {
    throw new Error("gitlab.list is carried out by the prelude");
  },
  divert(thread, args, named): PreludeCall {
    runOf(thread, "gitlab.list");
    const [path, query, limit, timeout, retry, label] = bindArguments(listSignature, args, named);
    const most = limit ?? null;
    if (most !== null && (typeof most !== "number" || most < 1)) {
      throw new EvalError(`gitlab.list: limit must be an int of at least 1, got ${repr(thread, most)}`);
    }
    const pairs = queryPairs("gitlab.list", query ?? null);
    if (!pairs.items.some((pair) => (pair as List).items[0] === "per_page")) {
      pairs.items.push(new List(["per_page", String(Math.min(mostPerPage, most ?? mostPerPage))]));
    }
    const options = new Tuple([timeout ?? null, retry ?? null, label ?? null]);
    thread.charge(128 + pairs.byteSize());
    return { name: "gitlab_list", args: [path!, pairs, most, options] };
  },
};

/** The prelude's builtin for `list`. */
export const gitlabInternals: readonly BuiltinSpec[] = [
  {
    name: "_gitlab_page",
    doc: "A page of a list: a record of body and next, the query of the next page or None.",
    parameters: [],
    returns: "record",
    call(thread, _self, args) {
      const [path, query, options] = args as [Value, List, Tuple];
      const [timeout, retry, label] = options.items;
      const given = { path, timeout: timeout!, retry: retry!, label: label! };
      return call(thread, given, { verb: "gitlab.list", method: "GET", query, completion: "value" });
    },
  },
];

/** The verbs of the namespace `gitlab`. */
export const gitlabVerbs: readonly VerbSpec[] = [
  request("get", "GET", "Reads: answers what GitLab answers, whose fields can be read by index and as attributes."),
  list,
  request("post", "POST", "Creates, or does something."),
  request("put", "PUT", "Changes."),
  request("patch", "PATCH", "Changes parts; few of GitLab's resources have it."),
  request("delete", "DELETE", "Removes."),
];

export const gitlabNamespace = new ModuleValue(
  "gitlab",
  new Map(gitlabVerbs.map((spec) => [spec.name, verbValue(spec)])),
);

interface Call {
  verb: string;
  method: string;
  query: List;
  completion: "gitlab_body" | "value";
}

function call(thread: Thread, args: Arguments, { verb, method, query, completion }: Call): Value {
  const run = runOf(thread, verb);
  const { label, ...options } = callOptions(verb, args);
  const input = new Dict();
  input.set("method", method);
  input.set("path", pathArgument(verb, args["path"]!));
  if (query.items.length > 0) input.set("query", query);
  const body = args["body"] ?? null;
  if (body !== null) input.set("body", bodyArgument(verb, body));
  const future = run.openEffect(
    { kind: "call", action: "gitlab", input: encodeWireValue(thread, input) as WireText, ...options },
    completion,
    label,
  );
  return run.wait({ on: [future], deadline: undefined, timeoutValue: null, select: false, owned: true });
}

/** A call that GitLab's answer is made of, for verbs that need more of GitLab than they are told. Answers the body. */
export function callGitLab(
  thread: Thread,
  verb: string,
  { method, path, body = null }: { method: string; path: string; body?: Value },
): Value {
  const args = { path: fromText(path), ...(body !== null && { body }) };
  return call(thread, args, { verb, method, query: new List([]), completion: "gitlab_body" });
}

function pathArgument(verb: string, value: Value): Value {
  if (typeof value === "string") return value;
  throw new EvalError(`${verb}: for parameter path: got ${typeName(value)}, want string`);
}

function bodyArgument(verb: string, value: Value): Value {
  if (value instanceof Dict || value instanceof List || value instanceof Struct) return value;
  throw new EvalError(
    `${verb}: for parameter body: got ${typeName(value)}, want dict; it is sent as JSON, so nothing has to be encoded`,
  );
}

/** A list of lists of name and value, as the action reads it. */
function queryPairs(verb: string, query: Value): List {
  const pairs: Value[] = [];
  if (query === null) return new List(pairs);
  if (!(query instanceof Dict)) throw new EvalError(`${verb}: for parameter query: got ${typeName(query)}, want dict`);
  for (const [name, value] of query.entries()) addPairs(pairs, verb, nameOf(verb, name), value);
  return new List(pairs);
}

/** As GitLab reads lists and dicts in an address: `iids[]=1&iids[]=2`, `not[labels]=bug`. */
function addPairs(pairs: Value[], verb: string, name: string, value: Value): void {
  if (value === null) return;
  if (value instanceof List || value instanceof Tuple) {
    const itemName = name.endsWith("[]") ? name : `${name}[]`;
    for (const item of value.items) addPairs(pairs, verb, itemName, item);
  } else if (value instanceof Dict) {
    for (const [key, inner] of value.entries()) addPairs(pairs, verb, `${name}[${nameOf(verb, key)}]`, inner);
  } else pairs.push(new List([name, queryText(verb, name, value)]));
}

function nameOf(verb: string, name: Value): string {
  if (typeof name === "string") return name;
  throw new EvalError(`${verb}: names in query must be strings, not ${typeName(name)}`);
}

function queryText(verb: string, name: string, value: Value): Value {
  if (typeof value === "string" || value instanceof Secret) return value;
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value instanceof Float) return repr(noThread, value);
  if (value instanceof Time) return new Date(Number(value.unixNano / 1_000_000n)).toISOString();
  throw new EvalError(
    `${verb}: query: ${name}: got ${typeName(value)}, want string, int, bool, time, list, dict or None`,
  );
}

/** For printing a float, which needs no accounting. */
const noThread: Thread = { spend() {}, charge() {}, now: () => 0, print() {} };
