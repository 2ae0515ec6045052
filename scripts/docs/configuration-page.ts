/** docs/reference/configuration.md as the configuration's schema has it. */
import { variableName } from "../../src/config/environment.ts";
import { fixedLeaves, isSecret, rootSchema, type SchemaNode } from "../../src/config/schema-walk.ts";

/** The whole page, in the order of the schema. */
export function renderConfigurationPage(): string {
  const sections = Object.entries(rootSchema.properties ?? {}).map(([name, schema]) => section(name, schema));
  return `${[introduction, ...sections, example].join("\n\n")}\n`;
}

const introduction = `# Configuration

AutoFlow reads the file \`autoflow.yaml\` in its working folder, or the one that \`--config\` or \`AUTOFLOW_CONFIG\` names.
Environment variables win over the file, and options of the command line over both. An unknown setting is an error.

Durations are written \`250ms\`, \`90s\`, \`1h30m\`, \`7d\`. In an environment variable a list is separated by commas.
A relative path in the file is relative to the file's folder, any other to the working folder.

A setting marked *secret* is the value itself, or where it is kept: \`{env: NAME}\`, \`{file: path}\`, \`{value: text}\`. Its
environment variable may end in \`_FILE\` and name a file. \`autoflow config print\` shows none of them.

This page is written by \`npm run docs\` from \`src/config/schema.ts\`; a test fails when the two differ.`;

function section(name: string, schema: SchemaNode): string {
  const parts = [`## \`${name}\``, descriptionOf(schema)];
  const rows = rowsOf([name], schema);
  if (rows.length > 0) parts.push(["| Setting | Value | Default | |", "| --- | --- | --- | --- |", ...rows].join("\n"));
  const variables = fixedLeaves(schema, [name]).filter(({ path }) => path.length > 0);
  if (variables.length > 0) {
    parts.push(`Environment: ${variables.map(({ path }) => `\`${variableName(path)}\``).join(", ")}.`);
  }
  return parts.filter((part) => part !== "").join("\n\n");
}

/** One row for each setting within; `<name>` stands for a name that the user chooses. */
function rowsOf(path: string[], schema: SchemaNode): string[] {
  if (isSecret(schema)) return [row(path, schema)];
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties).flatMap(([key, child]) => rowsOf([...path, key], child));
  }
  const [member] = Object.values(schema.patternProperties ?? {});
  if (member !== undefined) return rowsOf([...path, "<name>"], { ...member, description: descriptionOf(schema) });
  if (schema.items?.properties !== undefined) return rowsOf([...path, "[]"], schema.items);
  return [row(path, schema)];
}

function row(path: string[], schema: SchemaNode): string {
  const setting = path.join(".").replaceAll(".[]", "[]");
  const byDefault = schema.default === undefined ? "" : `\`${JSON.stringify(schema.default).replaceAll('"', "")}\``;
  return `| \`${setting}\` | ${typeOf(schema)} | ${byDefault} | ${path.length === 1 ? "" : descriptionOf(schema)} |`;
}

function descriptionOf(schema: SchemaNode): string {
  return schema.description ?? "";
}

const formatNames: Record<string, string> = {
  cidr: "address or range",
  duration: "duration",
  "duration-or-forever": 'duration or "forever"',
  email: "e-mail address",
  "host-port": "`host:port`",
  "http-url": "address",
  "listen-address": "`host:port`",
};

function typeOf(schema: SchemaNode): string {
  if (isSecret(schema)) return schema.items === undefined ? "*secret*" : "*secret*, or a list";
  if (schema.enum !== undefined) return schema.enum.map((choice) => `\`${String(choice)}\``).join(", ");
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`;
  if (schema.type === "boolean") return "`true`, `false`";
  if (schema.type === "integer") return rangeOf(schema);
  return formatNames[schema.format ?? ""] ?? "text";
}

function rangeOf({ minimum, maximum }: SchemaNode): string {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  return minimum === undefined ? "whole number" : `whole number from ${minimum}`;
}

/** A file with most of it, which a test loads. */
export const exampleConfig = `listen:
  host: 0.0.0.0
  port: 8080
data: /var/lib/autoflow
api_token: {file: /run/secrets/autoflow-api-token}

sources:
  gitlab:
    token: {env: GITLAB_WEBHOOK_TOKEN}

gitlab:
  url: https://gitlab.example.com
  token: {file: /run/secrets/gitlab-token}

projects:
  "*":
    vars: {DEPLOY_REGION: eu-west-1}
  "42":
    path: group/app
    script:
      gitlab: {ref: main}
    secrets:
      DEPLOY_TOKEN: {env: APP_DEPLOY_TOKEN}

http_client:
  allowed_ips: [10.20.0.0/16]
  allowed_ports: [80, 443, 8443]

encryption:
  keys:
    - {id: "2026-11", file: /run/secrets/autoflow-key}

retention:
  succeeded: 7d
`;

const example = `## Example

\`\`\`yaml
${exampleConfig}\`\`\``;
