/** Tells a sink what has changed since it was told last. */
import type { DefinitionSources } from "../../core/definition.ts";
import { fingerprint } from "../../core/hash.ts";
import type { DefinitionSink } from "./definition-source.ts";

/** One per project. What a sink did not take is handed over again. */
export class HandOver {
  readonly #sink: DefinitionSink;
  readonly #project: string;
  /** What the sink has and does not use: another definition may stand in its way. */
  readonly #unused = new Set<string>();
  /** Fingerprints of what the sink has, by path; undefined before it was told of anything. */
  #known: Map<string, string> | undefined;

  constructor(sink: DefinitionSink, project: string) {
    this.#sink = sink;
    this.#project = project;
  }

  /** `found` is all that there is now. Rejects with what the sink rejects with. */
  async take(found: readonly DefinitionSources[]): Promise<void> {
    const marks = new Map(found.map((definition) => [definition.sources.entry, markOf(definition)]));
    const before = this.#known;
    const kept = new Map([...(before ?? [])].filter(([path]) => marks.has(path)));
    if (kept.size !== before?.size) {
      await this.#sink.retain(this.#project, [...marks.keys()]);
      for (const path of this.#unused) kept.delete(path);
    }
    this.#known = kept;
    for (const definition of found) {
      const { entry } = definition.sources;
      const mark = marks.get(entry)!;
      if (kept.get(entry) === mark) continue;
      if (await this.#sink.put(definition)) this.#unused.delete(entry);
      else this.#unused.add(entry);
      kept.set(entry, mark);
    }
  }
}

function markOf({ sources, libraries = [], commit = "" }: DefinitionSources): string {
  // Which files are near a missing one is only a hint, and not worth putting everything again.
  const missing = [...(sources.missing ?? [])].map(([path, { reason }]) => [path, reason]);
  const texts = [[...sources.files], missing, libraries];
  return fingerprint(JSON.stringify(texts), commit);
}
