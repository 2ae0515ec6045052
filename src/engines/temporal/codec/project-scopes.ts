/**
 * Which project a workflow belongs to, for keys per project. Temporal tells a codec the id of the workflow that a payload belongs to,
 * and nothing else of it. Ids that name the project's digest (its log) tell it themselves; of a run the client knows it when it starts
 * the run, and a worker from the key under which the run's input was encrypted: it has always decoded that input before it encodes
 * anything of the run. What is not known is encrypted with the main key, which is as safe, only not separate.
 */
const keptByDefault = 100_000;

/** What workflow ids tell. */
export interface WorkflowOwners {
  /** The digest of the project that an id names. */
  projectOf: (workflowId: string) => string | undefined;
  /** The workflow whose project another one has: itself where there is no such. */
  ownerOf: (workflowId: string) => string;
}

const nobody: WorkflowOwners = { projectOf: () => undefined, ownerOf: (workflowId) => workflowId };

export class ProjectScopes {
  readonly #owners: WorkflowOwners;
  readonly #kept: number;
  #recent = new Map<string, string>();
  #older = new Map<string, string>();

  /** `kept`: how many workflows are remembered at least. */
  constructor(owners: WorkflowOwners = nobody, kept = keptByDefault) {
    this.#owners = owners;
    this.#kept = kept;
  }

  /** Remembers a workflow's project, by its digest; undefined: it has none that is known. */
  note(workflowId: string, project: string | undefined): void {
    const owner = this.#owners.ownerOf(workflowId);
    if (project === undefined || this.#recent.get(owner) === project) return;
    if (this.#recent.size >= this.#kept) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(owner, project);
  }

  /** The digest of the workflow's project, where it is known. */
  of(workflowId: string | undefined): string | undefined {
    if (workflowId === undefined) return undefined;
    const owner = this.#owners.ownerOf(workflowId);
    const named = this.#owners.projectOf(owner) ?? this.#recent.get(owner);
    if (named !== undefined) return named;
    const older = this.#older.get(owner);
    this.note(owner, older);
    return older;
  }
}
