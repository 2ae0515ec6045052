/** docs/reference/starlark-api.md as the tables of the API and the library have it. */
import { builtinSteps } from "../../src/languages/starlark/api/steps.ts";
import { apiMethods, httpVerbs, loadVerbs, runValues, runVerbs } from "../../src/languages/starlark/api/table.ts";
import type { BuiltinSpec, ParameterSpec } from "../../src/languages/starlark/library/builtin.ts";
import { allBuiltins } from "../../src/languages/starlark/library/registry.ts";

const introduction = `# Starlark API

What a script can name. The language is [Starlark](https://github.com/google/starlark-go/blob/master/doc/spec.md) as
starlark-go has it, with \`while\`, \`set\`, recursion, and \`for\`, \`if\` and reassignment at the top level.

A **handlers script** (\`.gitlab/autoflow/main.star\`) registers functions with \`on_event\`; each matching event starts a run,
which calls \`handler(w, ev)\`. A **driver script** (\`autoflow run FILE\`) is itself the run, from top to bottom. Verbs are attributes of
\`w\` and also plain names: \`w.sleep(minutes=5)\` is \`sleep(minutes=5)\`.

\`ev\` is the event as a dict: \`id\`, \`source\`, \`type\`, \`subject\`, \`time\`, \`data\` and extension attributes. Its fields, and those of
the results of \`run\`, can be read by index and as attributes: \`ev["data"]["project"]["id"]\` or \`ev.data.project.id\`.

A verb marked *waits* stores the run while it waits; the process may end meanwhile. A call that fails for good fails the run, with a
traceback, unless it was made through \`attempt\`.

A \`filter\` is a dict: each key is a field of the event's data (\`"a.b"\` or a nested dict goes deeper), each value what it must be, or a
list of what it may be.

This page is written by \`npm run docs\` from the tables that also check arguments; a test fails when they differ.`;

/** The whole page. */
export function renderStarlarkApiPage(): string {
  const sections = [
    introduction,
    section("Registering", loadVerbs),
    section("Verbs", runVerbs),
    section("HTTP", httpVerbs, "http."),
    steps(),
    values(),
    ...apiMethods.map(([type, table]) => section(`Methods of ${type}`, [...table.values()], `${type}.`)),
    ...libraryGroups().map(([title, specs, prefix]) => section(title, specs, prefix)),
  ];
  return `${sections.join("\n\n")}\n`;
}

function section(title: string, specs: readonly BuiltinSpec[], prefix = ""): string {
  return [`## ${title}`, ...specs.map((spec) => entry(spec, prefix))].join("\n\n");
}

function entry(spec: BuiltinSpec, prefix: string): string {
  const waits = "waits" in spec && spec.waits === true ? " · *waits*" : "";
  const lines = [
    `### \`${prefix}${spec.name}(${spec.parameters.map(parameterText).join(", ")})\` → ${spec.returns}${waits}`,
    "",
    spec.doc,
  ];
  const documented = spec.parameters.filter(({ doc }) => doc !== undefined && doc !== "");
  if (documented.length > 0)
    lines.push("", ...documented.map(({ name, type, doc }) => `- \`${name}\` (${type}): ${doc}`));
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
  const rows = runValues.map(({ name, type, doc }) => `| \`${name}\` | ${type} | ${doc} |`);
  return ["## Values", "", "| Name | Type | |", "| --- | --- | --- |", ...rows].join("\n");
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
