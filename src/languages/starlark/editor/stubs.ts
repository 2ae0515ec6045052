/**
 * `autoflow.pyi`: what scripts can name, as Python describes it, for editors and type checkers that know Python and no Starlark. Made
 * from the tables that also check arguments at run time.
 */
import { apiAttributes } from "../api/attributes.ts";
import {
  apiMethods,
  contextMembers,
  gitlabVerbs,
  httpVerbs,
  loadVerbs,
  ruleVerbs,
  runValues,
  runVerbs,
} from "../api/table.ts";
import { Builtin, type BuiltinSpec } from "../library/builtin.ts";
import { modules, universals } from "../library/registry.ts";
import { timeMethods } from "../library/time-module.ts";
import { ModuleValue } from "../values/struct.ts";
import { typeName } from "../values/type-name.ts";
import type { EventType } from "../analysis/event-types.ts";
import { eventClasses, type EventClass } from "./stub-events.ts";
import { documented, functionStub, pythonType } from "./stub-functions.ts";

const introduction = `"""What a script of AutoFlow can name: for editors and type checkers that know Python.

Written by \`autoflow stubs\` from the tables that also check arguments at run time. In a script nothing is imported: all of this is there.
Values of Python's own types have Starlark's methods, which are described in docs/reference/starlark-api.md.
"""

import builtins
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, Literal, TypeVar, overload

T = TypeVar("T")`;

const record = `class Record:
    """A dict whose keys can be read as attributes too: record["id"] is record.id."""

    def __getattr__(self, name: builtins.str) -> Any: ...
    def __getitem__(self, key: builtins.str) -> Any: ...
    def __setitem__(self, key: builtins.str, value: Any) -> None: ...
    def __contains__(self, key: object) -> builtins.bool: ...
    def __iter__(self) -> Iterator[builtins.str]: ...
    def __len__(self) -> builtins.int: ...
    def get(self, key: builtins.str, default: Any = None) -> Any: ...
    def items(self) -> builtins.list[builtins.tuple[builtins.str, Any]]: ...
    def keys(self) -> builtins.list[builtins.str]: ...
    def values(self) -> builtins.list[Any]: ...`;

const struct = `class Struct:
    """What struct(...) answers."""

    def __getattr__(self, name: builtins.str) -> Any: ...`;

const secret = `class Secret:
    """A secret: a text whose value scripts never see. It can be joined with texts and handed to calls."""

    def __add__(self, other: Secret | builtins.str) -> Secret: ...
    def __radd__(self, other: builtins.str) -> Secret: ...`;

/** The whole file. */
export function renderStubs(events: readonly EventType[]): string {
  const classes = eventClasses(events);
  const parts = [
    introduction,
    record,
    struct,
    secret,
    ...valueClasses(),
    ...classes.map(({ text }) => text),
    contextClass(classes),
    ...moduleClasses(),
    ...registering(classes),
    ...plainVerbs(classes),
    ...universalFunctions(),
    values(),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Times, durations, futures, channels and responses: their attributes, their methods, and Python's operators on them. */
function valueClasses(): string[] {
  const operators: Readonly<Record<string, string[]>> = {
    "time.time": [
      "def __add__(self, other: Duration) -> Time: ...",
      "@overload",
      "def __sub__(self, other: Time) -> Duration: ...",
      "@overload",
      "def __sub__(self, other: Duration) -> Time: ...",
      "def __lt__(self, other: Time) -> builtins.bool: ...",
      "def __gt__(self, other: Time) -> builtins.bool: ...",
    ],
    "time.duration": [
      "def __add__(self, other: Duration) -> Duration: ...",
      "def __sub__(self, other: Duration) -> Duration: ...",
      "def __mul__(self, other: builtins.int) -> Duration: ...",
      "def __rmul__(self, other: builtins.int) -> Duration: ...",
      "def __lt__(self, other: Duration) -> builtins.bool: ...",
      "def __gt__(self, other: Duration) -> builtins.bool: ...",
    ],
    future: ["def __call__(self) -> T: ..."],
  };
  const methods = new Map(apiMethods);
  const types: readonly (readonly [string, string, string])[] = [
    ["time.duration", "Duration", "A length of time, of the module time."],
    ["time.time", "Time", "A moment, of the module time."],
    ["future", "Future(Generic[T])", "An answer that a run can wait for. Calling it waits."],
    ["receive_channel", "Channel", "The signals of one name, in order."],
    ["response", "Response", "The answer to an HTTP call."],
  ];
  return types.map(([type, name, doc]) => {
    const attributes = apiAttributes.find(([owner]) => owner === type)?.[1] ?? [];
    const table = methods.get(type) ?? (type === "time.time" ? timeMethods : new Map<string, BuiltinSpec>());
    const lines = [
      ...attributes.map((attribute) => `${attribute.name}: ${pythonType(attribute.type, "result")}`),
      ...[...table].map(([method, spec]) => functionStub(method, withElement(type, spec), "method")),
      ...(operators[type] ?? []),
    ];
    return classStub(name, doc, lines);
  });
}

/** What `get` of a future answers is what the future is of. */
function withElement(type: string, spec: BuiltinSpec): BuiltinSpec {
  return type === "future" && spec.returns === "any" ? { ...spec, returns: "T" } : spec;
}

function contextClass(classes: readonly EventClass[]): string {
  const attributes = apiAttributes.find(([type]) => type === "context")![1];
  const lines = [
    ...attributes.flatMap(({ name, type, doc }) => [`${name}: ${pythonType(type, "result")}`, `"""${doc}"""`]),
    "http: _Http",
    ...runVerbs.flatMap((spec) => verbStub(spec, classes, "method")),
  ];
  return classStub(
    "W",
    "The context of a run, which a handler receives first: everything that a script can do.",
    lines,
  );
}

/** A verb; one that answers events has an overload for each kind of them. */
function verbStub(spec: BuiltinSpec, classes: readonly EventClass[], kind: "method" | "function"): string[] {
  if (spec.name !== "wait_for_event" && spec.name !== "event") return [functionStub(spec.name, spec, kind)];
  const wrap = (name: string) => (spec.name === "event" ? `Future[${name}]` : `${name} | Any`);
  const overloads = classes.map(({ name, literal }) => {
    const typed = { ...spec, doc: "", returns: "" };
    return `@overload\n${functionStub(spec.name, typed, kind, { types: { type: literal }, result: wrap(name) })}`;
  });
  const last = `@overload\n${functionStub(spec.name, spec, kind, { result: wrap("Event") })}`;
  return [...overloads, last];
}

function registering(classes: readonly EventClass[]): string[] {
  return [...loadVerbs, ...ruleVerbs].flatMap((spec) => {
    if (spec.name !== "on_event") return [functionStub(spec.name, spec, "function")];
    const overloads = classes.map(({ name, literal }) => {
      const types = { type: literal, handler: `Callable[[W, ${name}], Any]` };
      return `@overload\n${functionStub(spec.name, { ...spec, doc: "" }, "function", { types })}`;
    });
    const types = { handler: "Callable[[W, Event], Any]" };
    return [...overloads, `@overload\n${functionStub(spec.name, spec, "function", { types })}`];
  });
}

/** Modules are values with functions. */
function moduleClasses(): string[] {
  const found: string[] = [];
  const http = httpVerbs.map((spec) => functionStub(spec.name, spec, "static"));
  found.push(classStub("_Http", "HTTP calls.", http), "http: _Http");
  const gitlab = gitlabVerbs.map((spec) => functionStub(spec.name, spec, "static"));
  found.push(classStub("_GitLab", "Calls of GitLab.", gitlab), "gitlab: _GitLab");
  for (const [name, value] of modules) {
    if (!(value instanceof ModuleValue)) continue;
    const lines = [...value.members].map(([member, inner]) => {
      if (inner instanceof Builtin) return functionStub(member, inner.spec, "static");
      return `${member}: ${pythonType(inner === null ? "None" : typeName(inner), "result")}`;
    });
    const className = `_${name[0]!.toUpperCase()}${name.slice(1)}`;
    found.push(classStub(className, `The module ${name}.`, lines), `${name}: ${className}`);
  }
  return found;
}

/** The verbs as plain names, but for those that a function of the language hides. */
function plainVerbs(classes: readonly EventClass[]): string[] {
  return runVerbs
    .filter(({ name }) => !universals.has(name) && contextMembers.has(name))
    .flatMap((spec) => verbStub(spec, classes, "function"));
}

function universalFunctions(): string[] {
  const structBuiltin = modules.get("struct");
  const all = [...universals.values(), ...(structBuiltin === undefined ? [] : [structBuiltin])];
  return all.flatMap((value) =>
    value instanceof Builtin ? [functionStub(value.spec.name, value.spec, "function")] : [],
  );
}

function values(): string {
  return runValues
    .flatMap(({ name, type, doc }) => [`${name}: ${pythonType(type, "result")}`, documented(doc)])
    .join("\n");
}

function classStub(name: string, doc: string, lines: readonly string[]): string {
  const body = lines.flatMap((line) => line.split("\n")).map((line) => (line === "" ? "" : `    ${line}`));
  return [`class ${name}:`, `    ${documented(doc)}`, "", ...body].join("\n");
}
