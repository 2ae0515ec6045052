/** The part of the engine port that is about definitions and flags. */
import type { DefinitionSources, DefinitionView, TriggerView } from "../../../core/definition.ts";
import type { FlagView } from "../../../core/engine.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import type {
  Description,
  Diagnostic,
  Image,
  LoadedImage,
  SourceText,
  TriggerDescription,
} from "../../../core/program.ts";
import type { ActiveWorkflow } from "../../../core/workflows.ts";
import { FlagSettings } from "../../../events/flags.ts";
import { activationProblems, twinProblem } from "../../run/activation.ts";
import { compileSources } from "../../run/compile.ts";
import { type DefinitionName, noDefinition, requireTrigger } from "../../run/definition-errors.ts";
import { logSignals } from "../protocol/log.ts";
import { workflowIds } from "../protocol/names.ts";
import { type DefinitionRecord, isActiveVersion, type NewVersion } from "../protocol/registry.ts";
import type { TemporalContext } from "./context.ts";
import { unlessGone } from "./first-input.ts";
import { flagSettings } from "./registry-mirror.ts";
import { nextAt } from "./schedules.ts";

export type DefinitionsContext = Pick<
  TemporalContext,
  "client" | "taskQueue" | "programs" | "clock" | "limits" | "checkDefinition" | "registry" | "images"
>;

/** What became of sources that were put. */
export interface Put {
  /** Absent when they did not become the active version. */
  imageHash?: string;
  problems: Diagnostic[];
  output: string[];
}

export class Definitions {
  readonly #context: DefinitionsContext;

  constructor(context: DefinitionsContext) {
    this.#context = context;
  }

  /** `Engine.putDefinition`. */
  async put(definition: DefinitionSources): Promise<Put> {
    const { programs, limits, registry, checkDefinition } = this.#context;
    const { image, diagnostics, output } = await compileSources(programs, definition, "handlers", limits);
    // A twin may just have come to be elsewhere.
    await registry.refresh();
    if (image === undefined) return this.#refuse(definition, diagnostics, output);
    const name = { project: definition.project, path: definition.sources.entry };
    const description = programs.get(image.language)!.load(image).describe();
    const found = activationProblems({ workflows: registry.workflows, checkDefinition }, name, description);
    const problems = [...found, ...diagnostics];
    if (found.some(isError)) return this.#refuse(definition, problems, output);
    const obstacle = await this.#activate(definition, image, description);
    if (obstacle !== undefined) return this.#refuse(definition, [obstacle, ...problems], output);
    return { imageHash: image.hash, problems, output };
  }

  /** `Engine.removeDefinition`. */
  async remove(project: string, path: string): Promise<void> {
    const { registry } = this.#context;
    await this.#require({ project, path });
    await registry.change({ kind: "removeDefinition", project, path });
  }

  /** `Engine.listDefinitions`. */
  list(project?: string): DefinitionView[] {
    return this.#context.registry.state.definitions
      .filter((record) => record.removed === undefined && (project === undefined || record.project === project))
      .map((record) => this.#view(record));
  }

  /** `Engine.loadDefinition`. */
  async load(project: string, path: string): Promise<LoadedImage | undefined> {
    const { registry, images } = this.#context;
    const record = registry.find(project, path);
    return record?.imageHash === undefined || record.removed !== undefined ? undefined : images.load(record.imageHash);
  }

  /** `Engine.resumeTrigger`. */
  async resumeTrigger(project: string, path: string, trigger: string): Promise<void> {
    const { registry, images } = this.#context;
    const record = await this.#require({ project, path });
    const loaded = record.imageHash === undefined ? undefined : await images.load(record.imageHash);
    requireTrigger(record, loaded?.describe().triggers ?? [], trigger);
    // The logs first: should this end half-way, the trigger is still shown as paused and can be resumed again.
    const paused = this.#pausesOf(record, trigger).map(({ log }) => log);
    for (const log of new Set([...paused, project])) await this.#resumeIn(log, record, trigger);
    await registry.change({ kind: "resume", project, path, trigger });
  }

  /** `Workflows.activeWorkflows`. */
  activeWorkflows(name?: string): ActiveWorkflow[] {
    const { workflows } = this.#context.registry;
    return name === undefined ? workflows.all() : [...workflows.named(name)];
  }

  /** `Workflows.workflowSource`. */
  async workflowSource(name: DefinitionName): Promise<SourceText | undefined> {
    const { registry, images } = this.#context;
    const record = registry.find(name.project, name.path);
    if (record?.imageHash === undefined || record.removed !== undefined) throw noDefinition(name);
    return (await images.load(record.imageHash)).source?.();
  }

  /** `Engine.listFlags`. */
  listFlags(): FlagView[] {
    return flagSettings(this.#context.registry.state.flags).views();
  }

  /** `Engine.setFlag`. */
  async setFlag(name: string, project: string | undefined, enabled: boolean | undefined): Promise<void> {
    // Throws NOT_FOUND for a name that is no flag.
    new FlagSettings().set(name, project, enabled);
    await this.#context.registry.change({
      kind: "setFlag",
      name,
      ...(project !== undefined && { project }),
      ...(enabled !== undefined && { enabled }),
    });
  }

  /** Makes an image the active version of its definition. Answers what is in the way of that. */
  async #activate(
    definition: DefinitionSources,
    image: Image,
    description: Description,
  ): Promise<Diagnostic | undefined> {
    const { registry, images } = this.#context;
    const version = newVersion(definition, image, description);
    const { project, path } = version;
    const known = registry.find(project, path);
    const isActive = known !== undefined && known.removed === undefined && isActiveVersion(known, version);
    if (isActive && known.problems.length === 0 && registry.descriptionOf(known) !== undefined) return undefined;
    try {
      await images.put(image);
    } catch (error) {
      if (error instanceof AutoFlowError && error.code === "IMAGE_TOO_LARGE") return tooLarge(path, error);
      throw error;
    }
    const { twin } = await registry.change({ kind: "activate", version });
    if (twin === undefined || version.workflow === undefined) return undefined;
    return twinProblem(path, version.workflow, twin);
  }

  /** The last good version stays, with the problems of this one. */
  async #refuse(
    { project, sources, language }: DefinitionSources,
    problems: Diagnostic[],
    output: string[],
  ): Promise<Put> {
    await this.#context.registry.change({ kind: "refuse", project, path: sources.entry, language, problems });
    return { problems, output };
  }

  async #require(name: DefinitionName): Promise<DefinitionRecord> {
    const { registry } = this.#context;
    await registry.refresh();
    const record = registry.find(name.project, name.path);
    if (record === undefined) throw noDefinition(name);
    return record;
  }

  #pausesOf({ project, path }: DefinitionName, trigger: string): { log: string }[] {
    return this.#context.registry.state.pauses.filter(
      (pause) => pause.trigger === trigger && pause.path === path && pause.project === project,
    );
  }

  async #resumeIn(log: string, { project, path }: DefinitionName, trigger: string): Promise<void> {
    const { client, taskQueue, registry } = this.#context;
    const handle = client.workflow.getHandle(workflowIds.log(taskQueue, registry.digest("log", log)));
    const told = { definition: registry.digest("definition", project, path), trigger };
    await unlessGone(() => handle.signal(logSignals.resume, told), client);
  }

  #view(record: DefinitionRecord): DefinitionView {
    const { project, path, language, problems, imageHash, commit, author, libraries = [], activeSince } = record;
    const { triggers = [], workflow } = this.#context.registry.descriptionOf(record) ?? {};
    return {
      project,
      path,
      language,
      ...(imageHash !== undefined && { imageHash }),
      ...(commit !== undefined && { commit }),
      ...(author !== undefined && { author }),
      ...(libraries.length > 0 && { libraries }),
      ...(activeSince !== undefined && { activeSince }),
      ...(workflow !== undefined && { workflow }),
      triggers: triggers.map((trigger) => this.#triggerView(record, trigger)),
      problems,
    };
  }

  #triggerView(record: DefinitionRecord, trigger: TriggerDescription): TriggerView {
    const schedule = record.schedules.find((one) => one.trigger === trigger.name);
    const next = schedule && nextAt(schedule, this.#context.clock.now());
    return {
      ...trigger,
      pausedUntilResumed: this.#pausesOf(record, trigger.name).length > 0,
      ...(next !== undefined && { nextAt: next }),
    };
  }
}

function newVersion(
  { project, sources, language, commit, author, libraries = [] }: DefinitionSources,
  { hash }: Image,
  { triggers, workflow }: Description,
): NewVersion {
  return {
    project,
    path: sources.entry,
    language,
    imageHash: hash,
    schedules: triggers.flatMap(({ name, schedule }) => (schedule === undefined ? [] : [{ trigger: name, schedule }])),
    ...(commit !== undefined && { commit }),
    ...(author !== undefined && { author }),
    ...(libraries.length > 0 && { libraries: [...libraries] }),
    ...(workflow !== undefined && { workflow: { name: workflow.name, version: workflow.version } }),
  };
}

function tooLarge(path: string, { code, message, hint }: AutoFlowError): Diagnostic {
  return { severity: "error", code, message: `${message}. ${hint}`, where: { file: path, line: 1, column: 1 } };
}

function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}
