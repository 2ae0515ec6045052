/** Tells the editor what is wrong, a moment after the last keystroke. */
import { DiagnosticSeverity, DiagnosticTag, type Connection, type Diagnostic } from "vscode-languageserver/node";
import { rules } from "../../languages/starlark/lint/rules.ts";
import type { Severity } from "../../languages/starlark/lint/rule.ts";
import { checkScript, type ScriptProblem } from "../scripts/check-script.ts";
import type { ScriptDocument, Workspace } from "./workspace.ts";

/** How long nobody types before a text is checked. */
const pauseMs = 150;

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

export class Diagnostics {
  readonly #connection: Connection;
  readonly #workspace: Workspace;
  readonly #pending = new Map<string, { timer: NodeJS.Timeout; abort: AbortController }>();
  /** What was found last, by URI, for the fixes. */
  readonly #problems = new Map<string, readonly ScriptProblem[]>();

  constructor(connection: Connection, workspace: Workspace) {
    this.#connection = connection;
    this.#workspace = workspace;
  }

  /** Checks a document soon; an earlier request for it is dropped, also when it is under way. */
  request(document: ScriptDocument, delay = pauseMs): void {
    this.cancel(document.uri);
    const abort = new AbortController();
    const timer = setTimeout(() => void this.#check(document, abort.signal), delay);
    this.#pending.set(document.uri, { timer, abort });
  }

  cancel(uri: string): void {
    const pending = this.#pending.get(uri);
    if (pending === undefined) return;
    clearTimeout(pending.timer);
    pending.abort.abort();
    this.#pending.delete(uri);
  }

  /** A closed document has no problems to show. */
  async forget(uri: string): Promise<void> {
    this.cancel(uri);
    this.#problems.delete(uri);
    await this.#connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  problems(uri: string): readonly ScriptProblem[] {
    return this.#problems.get(uri) ?? [];
  }

  async #check(document: ScriptDocument, signal: AbortSignal): Promise<void> {
    try {
      await this.#workspace.ready(document);
      const found = await checkScript(document.scripts, document.path, rules, signal);
      if (signal.aborted) return;
      const analysis = this.#workspace.analysis(document);
      this.#problems.set(document.uri, found);
      const lines = this.#workspace.lines(analysis);
      const diagnostics = found
        .filter(({ file }) => file === document.path)
        .map((problem) => toDiagnostic(problem, lines.range(problem.span)));
      await this.#connection.sendDiagnostics({ uri: document.uri, diagnostics });
    } catch (error) {
      if (!signal.aborted) this.#connection.console.error(`checking ${document.path}: ${String(error)}`);
    }
  }
}

function toDiagnostic(problem: ScriptProblem, range: Diagnostic["range"]): Diagnostic {
  return {
    range,
    severity: severities[problem.severity],
    source: "autoflow",
    code: problem.rule,
    message: problem.message,
    tags: problem.unnecessary ? [DiagnosticTag.Unnecessary] : [],
  };
}
