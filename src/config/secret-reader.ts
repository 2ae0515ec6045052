/** Reads the secrets of the configuration while it is loaded. */
import type { Environment } from "./environment.ts";
import type { ConfigPath } from "./problem.ts";
import type { SecretRef } from "./schema-parts.ts";
import { readSecret, secretPlace } from "./secret-value.ts";
import type { Finding } from "./validate.ts";

/** What settings that name something outside of the configuration are looked up in. */
export interface Surroundings {
  environment: Environment;
  /** What relative paths of a setting are relative to. */
  folderOf: (path: ConfigPath) => string;
}

/** Reads secrets; what cannot be read ends up in the findings, once. */
export class SecretReader {
  readonly #options: Surroundings;
  readonly #findings: Finding[];

  constructor(options: Surroundings, findings: Finding[]) {
    this.#options = options;
    this.#findings = findings;
  }

  optional(at: ConfigPath, ref: SecretRef | undefined): string | undefined {
    if (ref === undefined) return undefined;
    const read = readSecret(secretPlace(ref, this.#options.folderOf(at)), this.#options.environment);
    if ("value" in read) return read.value;
    const message = `cannot be read: ${read.problem}`;
    const isKnown = this.#findings.some(
      (finding) => finding.path.join("\0") === at.join("\0") && finding.message === message,
    );
    if (!isKnown) this.#findings.push({ path: at, message });
    return undefined;
  }

  list(at: ConfigPath, refs: SecretRef | SecretRef[] | undefined): string[] {
    if (!Array.isArray(refs)) return [this.optional(at, refs) ?? []].flat();
    return refs.flatMap((ref, index) => this.optional([...at, index], ref) ?? []);
  }
}
