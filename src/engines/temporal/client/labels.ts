/** What runs are found by in Temporal's lists: keyed digests, which tell nothing to who reads them there. */
import type { Starter } from "../../../core/program.ts";
import type { RunMemo } from "../protocol/run.ts";
import type { RegistryMirror } from "./context.ts";

export type LabelKind =
  | "project"
  | "definition"
  | "workflow"
  | "version"
  | "businessKey"
  | "identity"
  | "initiatorEntity"
  | "targetEntity"
  | "parent"
  | "image"
  | "driver"
  /** "workflow": of a definition that has a name; "again": opened again by an operator. */
  | "is";

type Digests = Pick<RegistryMirror, "digest">;

/** The label under which runs stand that have this value. */
export function label(registry: Digests, kind: LabelKind, value: string): string {
  return registry.digest("label", kind, value);
}

/** The fields of a starter that runs are found by. */
const labelledFields = [
  "businessKey",
  "identity",
  "initiatorEntity",
  "targetEntity",
] as const satisfies readonly (LabelKind & keyof Starter)[];

/** All labels of a run. `again`: an operator has opened it again. */
export function labelsOf(registry: Digests, run: Labelled, again = false): string[] {
  const { project, definition, imageHash, workflow, starter = {}, identity } = run;
  const values: [LabelKind, string | undefined][] = [
    ["project", project],
    ["definition", definition],
    ["image", imageHash],
    ["driver", identity],
    ["workflow", workflow?.name],
    ["version", workflow?.version],
    ["is", workflow && "workflow"],
    ["is", again ? "again" : undefined],
    ["parent", starter.parent?.runId],
    ...labelledFields.map((field): [LabelKind, string | undefined] => [field, starter[field]]),
  ];
  return values.flatMap(([kind, value]) => (value === undefined ? [] : [label(registry, kind, value)]));
}

type Labelled = Pick<RunMemo, "project" | "definition" | "imageHash" | "workflow" | "starter" | "identity">;
