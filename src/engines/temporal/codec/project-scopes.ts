/**
 * Which project a workflow belongs to, for keys per project. Temporal tells a codec the id of the workflow that a payload belongs to,
 * and nothing else of it. Ids that name the project's digest (its log, its schedules) tell it themselves; of a run the client knows it
 * when it starts the run, and a worker from the key under which the run's input was encrypted: it has always decoded that input before
 * it encodes anything of the run. What is not known is encrypted with the main key, which is as safe, only not separate.
 */
const keptByDefault = 100_000;

export class ProjectScopes {
  readonly #named: (workflowId: string) => string | undefined;
  readonly #kept: number;
  #recent = new Map<string, string>();
  #older = new Map<string, string>();

  /** `named` reads the digest of a project from a workflow id that holds one. `kept`: how many workflows are remembered at least. */
  constructor(named: (workflowId: string) => string | undefined = () => undefined, kept = keptByDefault) {
    this.#named = named;
    this.#kept = kept;
  }

  /** Remembers a workflow's project, by its digest; undefined: it has none that is known. */
  note(workflowId: string, project: string | undefined): void {
    if (project === undefined || this.#recent.get(workflowId) === project) return;
    if (this.#recent.size >= this.#kept) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(workflowId, project);
  }

  /** The digest of the workflow's project, where it is known. */
  of(workflowId: string | undefined): string | undefined {
    if (workflowId === undefined) return undefined;
    const named = this.#named(workflowId) ?? this.#recent.get(workflowId);
    if (named !== undefined) return named;
    const older = this.#older.get(workflowId);
    this.note(workflowId, older);
    return older;
  }
}
