/** Collects what is wrong with a definition's files. */
import type { ErrorCode, Location } from "../../../core/errors.ts";
import type { Diagnostic } from "../../../core/program.ts";
import type { ReadDocument } from "./read-document.ts";
import { placeOf, type DataNode } from "./tree.ts";

/** More are not told. */
const most = 200;

export class Problems {
  readonly diagnostics: Diagnostic[] = [];
  readonly #told = new Set<string>();

  /** It cannot run like this. */
  error(message: string, where: Location | DataNode, code: ErrorCode = "WORKFLOW_INVALID"): void {
    this.#add("error", code, message, where);
  }

  /** It runs, and probably not as was meant. `rule` is a lint rule's name. */
  warn(rule: string, message: string, where: Location | DataNode): void {
    this.#add("warning", rule, message, where);
  }

  /** What a reader found. */
  addRead({ source, problems }: ReadDocument): void {
    for (const { severity, message, offset, rule } of problems) {
      this.#add(severity, rule ?? "SCRIPT_SYNTAX", message, source.location(offset));
    }
  }

  get hasErrors(): boolean {
    return this.diagnostics.some(({ severity }) => severity === "error");
  }

  #add(severity: "error" | "warning", code: string, message: string, at: Location | DataNode): void {
    const where = "kind" in at ? placeOf(at) : at;
    const key = `${where.file}:${where.line}:${where.column}:${code}:${message}`;
    if (this.#told.has(key) || this.diagnostics.length >= most) return;
    this.#told.add(key);
    this.diagnostics.push({ severity, code, message, where });
  }
}
