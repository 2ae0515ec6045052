/** docs/reference/starlark-api.md as the tables of the API and the library have it. */
import { apiAttributes } from "../../src/languages/starlark/api/attributes.ts";
import { builtinSteps } from "../../src/languages/starlark/api/steps.ts";
import {
  apiMethods,
  gitlabVerbs,
  httpVerbs,
  loadVerbs,
  ruleVerbs,
  runValues,
  runVerbs,
} from "../../src/languages/starlark/api/table.ts";
import {
  Builtin,
  type BuiltinSpec,
  type ParameterSpec,
  type Thread,
} from "../../src/languages/starlark/library/builtin.ts";
import { allBuiltins, modules, universals } from "../../src/languages/starlark/library/registry.ts";
import { repr } from "../../src/languages/starlark/values/print.ts";
import { ModuleValue } from "../../src/languages/starlark/values/struct.ts";
import { toText } from "../../src/languages/starlark/values/text.ts";
import { typeName } from "../../src/languages/starlark/values/type-name.ts";
import { readExamples } from "./starlark-examples.ts";

const introduction = `# Starlark API

What a script can name. The language itself is on [its own page](starlark.md).

A **handlers script** (\`.gitlab/autoflow/main.star\`) registers functions with \`on_event\`; each matching event starts a run,
which calls \`handler(w, ev)\`. A **driver script** (\`autoflow run FILE\`) is itself the run, from top to bottom. Verbs are attributes of
\`w\` and also plain names: \`w.sleep(minutes=5)\` is \`sleep(minutes=5)\`. Only \`all\` is the built-in function, and the verb \`w.all\`.

\`ev\` is the event as a dict: \`id\`, \`source\`, \`type\`, \`subject\`, \`time\`, \`data\` and extension attributes. Its fields, and those of
the results of \`run\`, can be read by index and as attributes: \`ev["data"]["project"]["id"]\` or \`ev.data.project.id\`.

A verb marked *waits* stores the run while it waits; the process may end meanwhile. A call that fails for good fails the run, with a
traceback, unless it was made through \`attempt\`.

A \`filter\` is a dict: each key is a field of the event's data (\`"a.b"\` or a nested dict goes deeper), each value what it must be, a
list of what it may be, or how its text begins and ends: \`{"ref": {"$prefix": "refs/heads/release/"}}\`, \`{"$suffix": [".md", ".txt"]}\`.
A \`type\` may end in \`*\`.

In examples, \`# =>\` says what an expression comes to, as \`repr\` shows it, \`# prints:\` what is printed, and \`# error:\` with what the
program ends; tests run them all. Those of verbs run in a world that answers everything, where \`# signal:\` sends one.

This page is written by \`npm run docs\` from the tables that also check arguments; a test fails when they differ.`;

const fibers = `## Fibers

\`parallel\` and \`go\` call functions in **fibers**, which go on side by side in one run; \`all\`, \`race\`, \`select\` and \`get\` wait for
them. Fibers are part of the run's stored state like everything else.

- **Order.** One fiber computes at a time, until it waits or ends; what it does in between no other one sees half done. Fibers that can
  go on do so in the order in which they became able to, a new fiber after those that were able before; what wakes several of them
  wakes them in the order of their numbers. So a run does the same whenever it is computed again. The first fiber has the number 0, and
  numbers are never used twice.
- **Values are shared.** A list or dict that several fibers know is one list. Between a fiber's waits nothing changes under it; over a
  wait everything may have changed, and a list that another fiber walks over cannot change: "cannot append to list during iteration".
- **Ends.** A fiber ends when its function has returned and the fibers that it started have ended, and a run ends with its first fiber:
  a handler that returns still waits for what it started, since work that ended halfway without anybody asking for it would be the worse
  surprise. \`cancel\` ends a fiber earlier.
- **Errors** are raised where the fiber is waited for. In \`parallel\` and \`all\` the first one cancels the others, unless they are told
  otherwise. A failure that nobody waits for is in the run's log at once, and fails the fiber that started the failed one when that has
  nothing else left to do; so in the end it fails the run. Tracebacks show the frames of each fiber, and where it was started.
- **Cancelling** a fiber ends it where it waits, with the fibers it started and the calls, timers and waits it has open. No \`attempt\` in
  it notices. Who waits for it gets the error FUTURE_CANCELLED. Events and signals that a cancelled wait has not taken can still be
  waited for.
- **Messages.** A signal goes to one fiber: of those that wait for it, the one with the lowest number. Fibers that wait at the same time
  for events of the same type and filter all get the next one; for the one after it, what counts is what the run received last. To share
  events among fibers, let one wait for them and start the others.
- **Limits** of steps, memory and output are those of the run; that of nested calls is for each fiber. At most \`limits.fibers\` (1000)
  are there at a time. A limit that one fiber passes ends the run.
- **Deadlock.** When all fibers wait for one another, the run fails with RUN_DEADLOCK, which names each of them and its line.`;

const http = `Any status is an answer, 404 and 500 too: look at \`ok\` or \`status_code\` of the response. A call fails when no answer comes (no
connection, a certificate that is not accepted, no end within \`timeout\`, too long a body), and when a status of \`retry_on\` comes at the
last attempt too. \`retry_on = []\` makes all of them answers.`;

const gitlab = `Calls of the REST API of the project's GitLab instance, with the token that is configured for the project; scripts never see it.
A status that is no success (but 304) is a failure with the code GITLAB_STATUS, which \`attempt\` makes a value: its \`details.status_code\` is 404 for
what is not there. Limits of the instance are waited for, and what failed for a while is tried again. [The guide](../guides/gitlab-api.md)
tells how, and [the library](gitlab-library.md) has functions for what GitLab knows: \`load("@autoflow//gitlab.star", "issues")\`.`;

/** The whole page. */
export function renderStarlarkApiPage(): string {
  const ofLibrary = readExamples("library");
  const ofApi = readExamples("api");
  const sections = [
    introduction,
    section("Registering", [...loadVerbs, ...ruleVerbs], "", new Map()),
    section("Verbs", runVerbs, "", ofApi),
    fibers,
    section("HTTP", httpVerbs, "http.", ofApi, http),
    section("GitLab", gitlabVerbs, "gitlab.", ofApi, gitlab),
    steps(),
    values(),
    ...apiAttributes.map(([type, attributes]) => table(`Fields of ${type}`, attributes)),
    ...constants(),
    ...apiMethods.map(([type, table]) => section(`Methods of ${type}`, [...table.values()], `${type}.`, ofApi)),
    ...libraryGroups().map(([title, specs, prefix]) => section(title, specs, prefix, ofLibrary)),
  ];
  return `${sections.join("\n\n")}\n`;
}

type Examples = ReadonlyMap<string, string>;

function section(title: string, specs: readonly BuiltinSpec[], prefix: string, examples: Examples, about = ""): string {
  return [`## ${title}`, ...(about === "" ? [] : [about]), ...specs.map((spec) => entry(spec, prefix, examples))].join(
    "\n\n",
  );
}

function entry(spec: BuiltinSpec, prefix: string, examples: Examples): string {
  const waits = "waits" in spec && spec.waits === true ? " · *waits*" : "";
  // Functions of json have names with the module in front, which starlark-go's errors show.
  const qualified = spec.name.startsWith(prefix) ? spec.name : `${prefix}${spec.name}`;
  // A verb with the name of a built-in function is that only on `w`.
  const name = prefix === "" && "waits" in spec && universals.has(spec.name) ? `w.${spec.name}` : qualified;
  const lines = [
    `### \`${name}(${spec.parameters.map(parameterText).join(", ")})\` → ${spec.returns}${waits}`,
    "",
    spec.doc,
  ];
  const documented = spec.parameters.filter(({ doc }) => doc !== undefined && doc !== "");
  if (documented.length > 0)
    lines.push("", ...documented.map(({ name, type, doc }) => `- \`${name}\` (${type}): ${doc}`));
  const example = examples.get(qualified);
  if (example !== undefined) lines.push("", `\`\`\`starlark\n${example}\`\`\``);
  return lines.join("\n");
}

function parameterText({ name, passing, default: byDefault }: ParameterSpec): string {
  if (passing === "args") return `*${name}`;
  if (passing === "kwargs") return `**${name}`;
  return byDefault === undefined ? name : `${name}=${byDefault}`;
}

function steps(): string {
  const rows = [...builtinSteps].map(([name, { doc }]) => `| \`builtin://${name}\` | ${doc} |`);
  return ["## Steps of `run`", "", "| Step | |", "| --- | --- |", ...rows].join("\n");
}

function values(): string {
  return table("Values", runValues);
}

function table(title: string, rows: readonly { name: string; type: string; doc: string }[]): string {
  const lines = rows.map(({ name, type, doc }) => `| \`${name}\` | ${type.replaceAll("|", "\\|")} | ${doc} |`);
  return [`## ${title}`, "", "| Name | Type | |", "| --- | --- | --- |", ...lines].join("\n");
}

const noThread: Thread = { spend() {}, charge() {}, now: () => 0, print() {} };

/** What modules have besides functions. */
function constants(): string[] {
  return [...modules].flatMap(([name, module]) => {
    if (!(module instanceof ModuleValue)) return [];
    const found = [...module.members].filter(([, value]) => !(value instanceof Builtin));
    const rows = found.map(([member, value]) => {
      return { name: `${name}.${member}`, type: typeName(value), doc: `\`${toText(repr(noThread, value))}\`` };
    });
    return rows.length === 0 ? [] : [table(`Constants of ${name}`, rows)];
  });
}

/** The library's builtins by what stands before the last point of their names; those scripts cannot name are left out. */
function libraryGroups(): (readonly [string, BuiltinSpec[], string])[] {
  const groups = new Map<string, BuiltinSpec[]>();
  for (const [qualified, spec] of allBuiltins()) {
    if (spec.name.startsWith("_")) continue;
    const group = qualified.split(".").slice(0, -1).join(".");
    groups.set(group, [...(groups.get(group) ?? []), spec]);
  }
  const modules = new Set(["json", "math", "time"]);
  return [...groups].map(([group, specs]) => {
    if (group === "") return ["Built-in functions", specs, ""] as const;
    return [modules.has(group) ? `Module ${group}` : `Methods of ${group}`, specs, `${group}.`] as const;
  });
}
