/** Analyses of texts for tests: a project in memory. */
import type { Analysis } from "../analysis/analysis.ts";
import type { EventType } from "../analysis/event-types.ts";
import { Project } from "../analysis/project.ts";

const issue = {
  fields: {
    object_kind: "string",
    object_attributes: { fields: { iid: "int", title: "string", labels: { list: { fields: { title: "string" } } } } },
    user: { fields: { username: "string", name: "string" } },
  },
} as const;

const sampleEvents: readonly EventType[] = [
  { type: "com.gitlab.events.issue_created", doc: "Issue Hook", data: issue },
  { type: "com.gitlab.events.issue_updated", doc: "Issue Hook", data: issue },
  {
    type: "com.gitlab.events.pipeline_failed",
    doc: "Pipeline Hook",
    data: { fields: { object_attributes: { fields: { id: "int", ref: "string" } } } },
  },
];

/** A project of these files, which a test may change. */
function projectOf(files: Map<string, string>): Project {
  return new Project({
    events: sampleEvents,
    scripts: () => [...files.keys()],
    read: (path) => files.get(path),
    modeOf: (_path, text) => (/^on_event\(/m.test(text) ? "handlers" : "driver"),
  });
}

/** The analysis of a text in a project of further files. */
export function analysed(
  text: string,
  { path = "main.star", files = {} }: { path?: string; files?: Readonly<Record<string, string>> } = {},
): Analysis {
  return projectOf(new Map([[path, text], ...Object.entries(files)])).file(path)!;
}
