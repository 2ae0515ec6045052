/** The files of a definition: found by reference, read once. */
import type { Sources } from "../../../core/program.ts";
import { documentLimits, readDocument, workflowLimits, type ReadDocument } from "../document/read-document.ts";
import type { Problems } from "../document/problems.ts";
import type { DataNode } from "../document/tree.ts";
import { candidates, isAddress, splitFragment } from "./uri.ts";

export class Resources {
  readonly sources: Sources;
  readonly #problems: Problems;
  readonly #read = new Map<string, ReadDocument>();
  /** URIs by alias (extension workflow-uri-definitions). */
  aliases: Readonly<Record<string, string>> = {};

  constructor(sources: Sources, problems: Problems) {
    this.sources = sources;
    this.#problems = problems;
  }

  /** The URI that an alias stands for, with the fragment of the reference; others stand for themselves. */
  expanded(uri: string): string {
    const { document, fragment } = splitFragment(uri);
    if (!Object.hasOwn(this.aliases, document)) return uri;
    return fragment === "" ? this.aliases[document]! : `${this.aliases[document]!}#${fragment}`;
  }

  /** The path of the file that a reference in `base` means, as it is among the sources; undefined when there is none. */
  find(base: string, uri: string): string | undefined {
    return candidates(base, this.expanded(uri)).find((path) => this.sources.files.has(path));
  }

  /** The same; tells at `node` when there is none. */
  require(base: string, uri: string, node: DataNode): string | undefined {
    const found = this.find(base, uri);
    if (found === undefined)
      this.#problems.error(this.#whyNot(base, this.expanded(uri)), node, "WORKFLOW_REFERENCE_MISSING");
    return found;
  }

  text(path: string): string | undefined {
    return this.sources.files.get(path);
  }

  /** The document of a file; its problems are told once. Undefined when it is none, or empty. */
  document(path: string): DataNode | undefined {
    return this.documents(path)[0];
  }

  /** All documents of a YAML file. */
  documents(path: string, kind: "workflow" | "document" = "document"): readonly DataNode[] {
    let read = this.#read.get(path);
    if (read === undefined) {
      read = readDocument(
        path,
        this.sources.files.get(path) ?? "",
        kind === "workflow" ? workflowLimits : documentLimits,
      );
      this.#read.set(path, read);
      this.#problems.addRead(read);
    }
    return read.roots;
  }

  #whyNot(base: string, uri: string): string {
    const tried = candidates(base, uri);
    if (tried.length === 0) return `${JSON.stringify(uri)} is not a file of the project, nor an http(s) address`;
    const missing = tried.map((path) => this.sources.missing?.get(path));
    const reason = missing.find((one) => one?.reason !== undefined)?.reason;
    if (reason !== undefined) return `${uri} cannot be read: ${reason}`;
    if (isAddress(uri)) return `${uri} was not fetched: put a copy of it beside the workflow, and name that`;
    const siblings = missing.find((one) => (one?.siblings?.length ?? 0) > 0)?.siblings ?? [];
    const hint = siblings.length === 0 ? "" : `; its folder has ${siblings.slice(0, 8).join(", ")}`;
    return `there is no file ${tried[0]!}${tried.length > 1 ? ` (nor ${tried.slice(1).join(", ")})` : ""}${hint}`;
  }
}
