/** An editor, as the language server meets it: the protocol's own client library on the streams of the real command. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { pathToFileURL } from "node:url";
import {
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type Diagnostic,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  type TextDocumentContentChangeEvent,
} from "vscode-languageserver-protocol/node";

const launcher = path.resolve(import.meta.dirname, "../../bin/autoflow.js");

export class Editor implements AsyncDisposable {
  readonly connection: ProtocolConnection;
  readonly #process: ChildProcess;
  readonly #diagnostics = new Map<string, Diagnostic[]>();
  readonly #waiting = new Set<() => void>();
  #version = 1;
  #stderr = "";

  private constructor(folder: string) {
    this.#process = spawn(process.execPath, [launcher, "lsp", "--stdio"], {
      cwd: folder,
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#process.stderr!.on("data", (chunk: Buffer) => (this.#stderr += String(chunk)));
    this.connection = createProtocolConnection(
      new StreamMessageReader(this.#process.stdout!),
      new StreamMessageWriter(this.#process.stdin!),
    );
    this.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      this.#diagnostics.set(uri, diagnostics);
      for (const wake of this.#waiting) wake();
    });
    this.connection.onRequest(RegistrationRequest.type, () => {});
    // Whoever waits for an answer is told that there will be none.
    this.#process.once("close", () => this.connection.dispose());
    this.connection.listen();
  }

  /** Starts the server for a folder. */
  static async open(folder: string): Promise<{ editor: Editor; answer: InitializeResult }> {
    const editor = new Editor(folder);
    const answer = await editor.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      // oxlint-disable-next-line typescript/no-deprecated -- the protocol demands it
      rootUri: null,
      workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "test" }],
      capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } },
    });
    await editor.connection.sendNotification(InitializedNotification.type, {});
    return { editor, answer };
  }

  async openDocument(uri: string, text: string): Promise<void> {
    const textDocument = { uri, languageId: "starlark", version: this.#version++, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  async change(uri: string, ...contentChanges: TextDocumentContentChangeEvent[]): Promise<void> {
    this.#diagnostics.delete(uri);
    const textDocument = { uri, version: this.#version++ };
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument, contentChanges });
  }

  async closeDocument(uri: string): Promise<void> {
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  /** The problems that the server shows, once it shows such ones. */
  async diagnostics(
    uri: string,
    such: (diagnostics: readonly Diagnostic[]) => boolean = () => true,
  ): Promise<Diagnostic[]> {
    for (;;) {
      const found = this.#diagnostics.get(uri);
      if (found !== undefined && such(found)) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      const ended = once(this.#process, "close").then(() => true);
      const hasEnded = await Promise.race([promise.then(() => false), ended]);
      this.#waiting.delete(resolve);
      if (hasEnded) throw new Error(`the language server ended:\n${this.#stderr}`);
    }
  }

  /** Says goodbye, and answers the exit code. */
  async quit(): Promise<number> {
    await this.connection.sendRequest(ShutdownRequest.type);
    const closed = once(this.#process, "close");
    await this.connection.sendNotification(ExitNotification.type);
    const [status] = (await closed) as [number];
    return status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill("SIGKILL");
      await once(this.#process, "close");
    }
  }
}

/** A text with one mark `|`: without it, and where it was. */
export function atMark(marked: string): { text: string; position: Position } {
  const before = marked.slice(0, marked.indexOf("|"));
  const lines = before.split("\n");
  return {
    text: before + marked.slice(before.length + 1),
    position: { line: lines.length - 1, character: lines.at(-1)!.length },
  };
}
