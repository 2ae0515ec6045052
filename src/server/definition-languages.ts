/** The languages that AutoFlow runs, and how their definitions are found among the files of a project. */
import type { Program } from "../core/program.ts";
import type { DefinitionLanguage } from "../events/definitions/definition-language.ts";
import { scriptPath } from "../events/definitions/definition-source.ts";
import { serverlessWorkflow } from "../languages/serverless-workflow/program.ts";
import { unpackSonataFlow } from "../languages/serverless-workflow/sonataflow/unpack.ts";
import { functionName } from "../languages/starlark/run/function-file.ts";
import { triage } from "../languages/triage/program.ts";
import { starlark } from "../languages/starlark/program.ts";

const triagePath = ".triage-policies.yml";

interface Language extends DefinitionLanguage {
  program: Program;
}

const workflows: Language = {
  program: serverlessWorkflow,
  claims: (path) => /\.sw\.(ya?ml|json)$/i.test(path) || (/\.ya?ml$/i.test(path) && "perhaps"),
  isPart: (text) =>
    /^\s*(- )?["']?kind["']?\s*:\s*["']?(SonataFlow|ConfigMap|Secret|List)\b/m.test(text) && !isTemplate(text),
  unpack: (parts) => {
    if (![...parts.values()].some((text) => text.includes("SonataFlow"))) return { definitions: [], problems: [] };
    const { workflows: definitions, diagnostics } = unpackSonataFlow(parts);
    const problems = diagnostics.map(({ message, where }) => `${where.file}:${where.line}:${where.column}: ${message}`);
    return { definitions, problems };
  },
};

/** A chart's template is no YAML before Helm has rendered it. */
function isTemplate(text: string): boolean {
  return /\{\{-?\s*(\.(Values|Release|Chart|Files|Capabilities)|include\s|template\s|define\s|if\s|range\s|with\s|end\b|toYaml\s)/.test(
    text,
  );
}

/** Policies that say when they are carried out: others are for `autoflow triage`, or for somebody else's program. */
const policies: Language = {
  program: triage,
  claims: (path) => path === triagePath && "perhaps",
  isPart: (text) => /^autoflow[ \t]*:/m.test(text),
  unpack: (parts) => ({ definitions: [...parts.keys()].map((entry) => ({ entry, files: parts })), problems: [] }),
};

export const definitionLanguages: readonly Language[] = [
  { program: starlark, fixed: scriptPath, claims: (path) => functionName(path) !== undefined },
  workflows,
  policies,
];

/** What executes the images of each language, by its name. */
export const programs: ReadonlyMap<string, Program> = new Map(
  definitionLanguages.map(({ program }) => [program.language, program]),
);
