/** Functions of the tables as Python writes them. */
import type { BuiltinSpec, ParameterSpec } from "../library/builtin.ts";

/** What is known better than the table says. */
interface Overrides {
  /** Types of parameters by name, in Python. */
  types?: Readonly<Record<string, string>>;
  /** What it answers, in Python. */
  result?: string;
}

/** A function, with its documentation; one of a class has `self`, or is static. */
export function functionStub(
  name: string,
  spec: BuiltinSpec,
  kind: "function" | "method" | "static",
  { types = {}, result = pythonType(spec.returns, "result") }: Overrides = {},
): string {
  const parameters = pythonParameters(spec.parameters, types);
  const list = kind === "method" ? ["self", ...parameters] : parameters;
  const head = `${kind === "static" ? "@staticmethod\n" : ""}def ${safe(name)}(${list.join(", ")}) -> ${result}:`;
  const doc = documentation(spec);
  return doc === "" ? `${head} ...` : `${head}\n${indent(documented(doc))}\n    ...`;
}

/** In Python's order: by place only, by place or name, the rest, by name only, and any other name. */
function pythonParameters(parameters: readonly ParameterSpec[], known: Readonly<Record<string, string>>): string[] {
  const shown = (some: readonly ParameterSpec[]) => some.map((parameter) => pythonParameter(parameter, known));
  const rest = parameters.findIndex(({ passing }) => passing === "args");
  const isAfterRest = (i: number) => rest >= 0 && i > rest;
  const byPlace = parameters.filter(({ passing }) => passing === "positional");
  const either = parameters.filter(({ passing }, i) => passing === undefined && !isAfterRest(i));
  const byName = parameters.filter(
    ({ passing }, i) => passing === "keyword" || (passing === undefined && isAfterRest(i)),
  );
  const others = parameters.filter(({ passing }) => passing === "kwargs");
  return [
    ...shown(byPlace),
    ...(byPlace.length > 0 ? ["/"] : []),
    ...shown(either),
    ...(rest >= 0 ? [`*${safe(parameters[rest]!.name)}: ${pythonType(parameters[rest]!.type, "parameter")}`] : []),
    ...(rest < 0 && byName.length > 0 ? ["*"] : []),
    ...shown(byName),
    ...others.map(({ name }) => `**${safe(name)}: Any`),
  ];
}

function pythonParameter(
  { name, type, default: byDefault }: ParameterSpec,
  known: Readonly<Record<string, string>>,
): string {
  const wanted = known[name] ?? pythonType(type, "parameter");
  const takesNone = byDefault !== "None" || wanted === "Any" || wanted.split(" | ").includes("None");
  const typed = `${safe(name)}: ${takesNone ? wanted : `${wanted} | None`}`;
  return byDefault === undefined ? typed : `${typed} = ${isLiteral(byDefault) ? byDefault : "..."}`;
}

/** Whether a default is written alike in Python, and is not shared where it could be changed. */
function isLiteral(text: string): boolean {
  return /^(None|True|False|-?\d+(\.\d+)?|"[^"\\]*")$/.test(text);
}

const keywords = new Set(
  "from import in is not or and if else lambda class def del global raise with as assert".split(" "),
);

function safe(name: string): string {
  return keywords.has(name) ? `${name}_` : name;
}

function documentation({ doc, parameters }: BuiltinSpec): string {
  const lines = parameters.filter((one) => (one.doc ?? "") !== "").map(({ name, doc: text }) => `${name}: ${text}`);
  return doc === "" ? "" : [doc, ...(lines.length > 0 ? [""] : []), ...lines].join("\n");
}

/** A docstring. */
export function documented(doc: string): string {
  const text = doc.replaceAll("\\", "\\\\").replaceAll('"""', "'''");
  if (text.includes("\n")) return `"""${text}\n"""`;
  return text.endsWith('"') ? `"""${text} """` : `"""${text}"""`;
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : `    ${line}`))
    .join("\n");
}

/** By what the tables call them. Functions of the language have the names of types, so types are named in full. */
const types: Readonly<Record<string, string>> = {
  string: "builtins.str",
  bytes: "builtins.bytes",
  int: "builtins.int",
  float: "builtins.float",
  bool: "builtins.bool",
  list: "builtins.list[Any]",
  dict: "builtins.dict[Any, Any]",
  set: "builtins.set[Any]",
  tuple: "builtins.tuple[Any, ...]",
  range: "builtins.range",
  None: "None",
  NoneType: "None",
  T: "T",
  any: "Any",
  iterable: "Iterable[Any]",
  callable: "Callable[..., Any]",
  record: "Record",
  struct: "Struct",
  secret: "Secret",
  context: "W",
  future: "Future[Any]",
  receive_channel: "Channel",
  response: "Response",
  "time.time": "Time",
  "time.duration": "Duration",
};

/** What parameters accept in place of a value of the type. */
const accepted: Readonly<Record<string, string>> = {
  duration: "Duration | builtins.str | builtins.float",
  time: "Time | builtins.str | builtins.float",
  dict: "builtins.dict[Any, Any] | Record",
};

/** A type of the tables in Python. */
export function pythonType(text: string, use: "parameter" | "result"): string {
  const parts = text.split("|").map((part) => pythonPart(part.trim(), use));
  return parts.includes("Any") ? "Any" : [...new Set(parts.flatMap((part) => part.split(" | ")))].join(" | ");
}

function pythonPart(text: string, use: "parameter" | "result"): string {
  const of = /^(list|set|dict) of (.+)$/.exec(text);
  if (of !== null) {
    const element = pythonType(of[2]!, "result");
    return of[1] === "dict" ? `builtins.dict[builtins.str, ${element}]` : `builtins.${of[1]}[${element}]`;
  }
  return (use === "parameter" ? accepted[text] : undefined) ?? types[text] ?? "Any";
}
