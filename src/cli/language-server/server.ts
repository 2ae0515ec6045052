/** The language server: what an editor asks, answered by the functions of `languages/starlark/editor`. */
import {
  CodeActionKind,
  createConnection,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  ProposedFeatures,
  ResponseError,
  TextDocuments,
  TextDocumentSyncKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type Location,
  type TextDocumentPositionParams,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { LibraryAccess } from "../../events/definitions/libraries.ts";
import { version } from "../../host/version.ts";
import type { Analysis } from "../../languages/starlark/analysis/analysis.ts";
import { completionsAt } from "../../languages/starlark/editor/completion.ts";
import { hoverAt } from "../../languages/starlark/editor/hover.ts";
import type { LineMap } from "../../languages/starlark/editor/line-map.ts";
import { folds, outline } from "../../languages/starlark/editor/outline.ts";
import { definitionsAt, highlightsAt, referencesAt, whyNotRename } from "../../languages/starlark/editor/references.ts";
import { semanticTokens, tokenModifiers, tokenTypes } from "../../languages/starlark/editor/semantic-tokens.ts";
import { signatureAt } from "../../languages/starlark/editor/signature-help.ts";
import { subjectAt, type Place } from "../../languages/starlark/editor/symbol-at.ts";
import { formatSource } from "../../languages/starlark/format/format.ts";
import { codeActions } from "./code-actions.ts";
import {
  toCompletionItem,
  toDocumentSymbol,
  toFoldingRanges,
  toHighlight,
  toHover,
  toSemanticTokens,
  toSignatureHelp,
} from "./convert.ts";
import { Diagnostics } from "./diagnostics.ts";
import { Workspace, type ScriptDocument } from "./workspace.ts";

/** The streams that lead to the editor. */
interface EditorStreams {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
}

/** Serves one editor until it says exit, which ends the process. `access`: how files of other projects are read. */
export function serveEditor({ input, output }: EditorStreams, access?: LibraryAccess): void {
  new LanguageServer(createConnection(ProposedFeatures.all, input, output), access).listen();
}

const capabilities: InitializeResult["capabilities"] = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  completionProvider: { triggerCharacters: [".", '"', "'", "/", "(", ","] },
  signatureHelpProvider: { triggerCharacters: ["(", ","], retriggerCharacters: ["="] },
  hoverProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  documentSymbolProvider: true,
  documentFormattingProvider: true,
  foldingRangeProvider: true,
  renameProvider: { prepareProvider: true },
  semanticTokensProvider: {
    legend: { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] },
    full: true,
  },
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
};

/** What an answer is made from. */
interface Context {
  document: ScriptDocument;
  analysis: Analysis;
  lines: LineMap;
}

class LanguageServer {
  readonly #connection: Connection;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #workspace: Workspace;
  readonly #diagnostics: Diagnostics;
  #watchesFiles = false;

  constructor(connection: Connection, access: LibraryAccess | undefined) {
    this.#connection = connection;
    this.#workspace = new Workspace(access);
    this.#diagnostics = new Diagnostics(connection, this.#workspace);
  }

  listen(): void {
    this.#connection.onInitialize((params) => this.#initialize(params));
    this.#connection.onInitialized(() => this.#watchFiles());
    this.#answerAboutPlaces();
    this.#answerAboutDocuments();
    this.#followDocuments();
    this.#documents.listen(this.#connection);
    this.#connection.listen();
  }

  #initialize({ capabilities: { workspace } }: InitializeParams): InitializeResult {
    this.#watchesFiles = workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    return { capabilities, serverInfo: { name: "autoflow", version: version() } };
  }

  async #watchFiles(): Promise<void> {
    if (!this.#watchesFiles) return;
    const watchers = ["**/*.star", "**/*.json", "**/*.yaml", "**/*.yml"].map((globPattern) => ({ globPattern }));
    await this.#connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  }

  #followDocuments(): void {
    this.#documents.onDidChangeContent(({ document }) => {
      for (const one of this.#workspace.open(document.uri, document.getText())) this.#diagnostics.request(one);
    });
    this.#documents.onDidClose(({ document }) => {
      for (const other of this.#workspace.close(document.uri)) this.#diagnostics.request(other);
      void this.#diagnostics.forget(document.uri);
    });
    this.#connection.onDidChangeWatchedFiles(({ changes }) => {
      for (const { uri } of changes) this.#workspace.fileChanged(uri);
      for (const document of this.#workspace.documents) this.#diagnostics.request(document);
    });
  }

  #answerAboutPlaces(): void {
    const connection = this.#connection;
    connection.onCompletion((params) =>
      this.#at(params, [], ({ analysis, lines }, offset) =>
        completionsAt(analysis, offset).map((item) => toCompletionItem(item, lines)),
      ),
    );
    connection.onHover((params) =>
      this.#at(params, null, ({ analysis, lines }, offset) => {
        const found = hoverAt(analysis, offset);
        return found === undefined ? null : toHover(found, lines);
      }),
    );
    connection.onSignatureHelp((params) =>
      this.#at(params, null, ({ analysis }, offset) => {
        const found = signatureAt(analysis, offset);
        return found === undefined ? null : toSignatureHelp(found);
      }),
    );
    connection.onDefinition((params) =>
      this.#at(params, [], (context, offset) => this.#locations(context, definitionsAt(context.analysis, offset))),
    );
    connection.onReferences((params) =>
      this.#at(params, [], (context, offset) => this.#locations(context, referencesAt(context.analysis, offset))),
    );
    connection.onDocumentHighlight((params) =>
      this.#at(params, [], ({ analysis, lines }, offset) =>
        highlightsAt(analysis, offset).map((place) => toHighlight(place, lines)),
      ),
    );
    connection.onPrepareRename((params) =>
      this.#at(params, null, ({ analysis, lines }, offset) => {
        const subject = subjectAt(analysis, offset);
        return subject?.kind === "variable" ? lines.range(subject) : null;
      }),
    );
    connection.onRenameRequest((params) =>
      this.#at(params, null, (context, offset) => this.#rename(context, offset, params.newName)),
    );
  }

  #answerAboutDocuments(): void {
    const connection = this.#connection;
    connection.onDocumentSymbol(({ textDocument }) =>
      this.#of(textDocument.uri, [], ({ analysis, lines }) =>
        outline(analysis).map((entry) => toDocumentSymbol(entry, lines)),
      ),
    );
    connection.onFoldingRanges(({ textDocument }) =>
      this.#of(textDocument.uri, [], ({ analysis, lines }) => toFoldingRanges(folds(analysis), lines)),
    );
    connection.languages.semanticTokens.on(({ textDocument }) =>
      this.#of(textDocument.uri, { data: [] }, ({ analysis, lines }) =>
        toSemanticTokens(semanticTokens(analysis), lines),
      ),
    );
    connection.onDocumentFormatting(({ textDocument }) =>
      this.#of(textDocument.uri, [], (context) => this.#format(context)),
    );
    connection.onCodeAction((params) => {
      const { uri } = params.textDocument;
      return this.#of(uri, [], ({ analysis, lines }) =>
        codeActions(params, analysis, lines, this.#diagnostics.problems(uri)),
      );
    });
  }

  async #of<Answer>(uri: string, otherwise: Answer, answer: (context: Context) => Answer): Promise<Answer> {
    const document = this.#workspace.document(uri);
    if (document === undefined) return otherwise;
    await this.#workspace.ready(document);
    const analysis = this.#workspace.analysis(document);
    return answer({ document, analysis, lines: this.#workspace.lines(analysis) });
  }

  #at<Answer>(
    { textDocument, position }: TextDocumentPositionParams,
    otherwise: Answer,
    answer: (context: Context, offset: number) => Answer,
  ): Promise<Answer> {
    return this.#of(textDocument.uri, otherwise, (context) => answer(context, context.lines.offset(position)));
  }

  #locations({ document: { scripts } }: Context, places: readonly Place[]): Location[] {
    return places.flatMap((place) => {
      const uri = this.#workspace.uriOf(scripts, place.path);
      const analysis = scripts.project.file(place.path);
      if (uri === undefined) return [];
      const start = { line: 0, character: 0 };
      const range = analysis === undefined ? { start, end: start } : this.#workspace.lines(analysis).range(place);
      return [{ uri, range }];
    });
  }

  #rename(context: Context, offset: number, name: string): WorkspaceEdit {
    const why = whyNotRename(context.analysis, offset, name);
    if (why !== undefined) throw new ResponseError(ErrorCodes.InvalidRequest, why);
    const changes: Record<string, TextEdit[]> = {};
    for (const { uri, range } of this.#locations(context, referencesAt(context.analysis, offset))) {
      (changes[uri] ??= []).push({ range, newText: name });
    }
    return { changes };
  }

  /** The whole text as it should be; nothing for one that does not parse. */
  #format({ document: { path }, analysis, lines }: Context): TextEdit[] {
    const { text } = formatSource(path, analysis.text);
    if (text === undefined || text === analysis.text) return [];
    return [{ range: lines.range({ start: 0, end: analysis.text.length }), newText: text }];
  }
}
