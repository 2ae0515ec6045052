/** Analyses of texts for tests: a project in memory. */
import { Analysis, type Environment } from "../analysis/analysis.ts";
import type { EventType } from "../analysis/event-types.ts";

const issue = {
  fields: {
    object_kind: "string",
    object_attributes: { fields: { iid: "int", title: "string", labels: { list: { fields: { title: "string" } } } } },
    user: { fields: { username: "string", name: "string" } },
  },
} as const;

export const sampleEvents: readonly EventType[] = [
  { type: "com.gitlab.events.issue_created", doc: "Issue Hook", data: issue },
  { type: "com.gitlab.events.issue_updated", doc: "Issue Hook", data: issue },
  {
    type: "com.gitlab.events.pipeline_failed",
    doc: "Pipeline Hook",
    data: { fields: { object_attributes: { fields: { id: "int", ref: "string" } } } },
  },
];

/** The analysis of a text in a project of further files. */
export function analysed(
  text: string,
  { path = "main.star", files = {} }: { path?: string; files?: Readonly<Record<string, string>> } = {},
): Analysis {
  const known = new Map<string, Analysis>();
  const environment: Environment = {
    mode: /^on_event\(/m.test(text) ? "handlers" : "driver",
    events: sampleEvents,
    scripts: () => [path, ...Object.keys(files)],
    file(wanted) {
      const source = wanted === path ? text : files[wanted];
      if (source !== undefined && !known.has(wanted)) known.set(wanted, new Analysis(wanted, source, environment));
      return known.get(wanted);
    },
  };
  return environment.file(path)!;
}
