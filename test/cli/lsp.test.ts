import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import {
  CodeActionRequest,
  CompletionRequest,
  DefinitionRequest,
  DidChangeWatchedFilesNotification,
  DocumentFormattingRequest,
  DocumentHighlightRequest,
  DocumentSymbolRequest,
  FileChangeType,
  FoldingRangeRequest,
  HoverRequest,
  ReferencesRequest,
  RenameRequest,
  SemanticTokensRequest,
  SignatureHelpRequest,
  type CompletionItem,
  type Diagnostic,
  type DocumentSymbol,
  type Location,
  type MarkupContent,
  type TextEdit,
} from "vscode-languageserver-protocol/node";
import { atMark, Editor } from "../support/editor.ts";
import { Workplace } from "./command-line.ts";

const library = `def tell(w, text, times = 1):
    """Tells everybody.

    More than once if you like.
    """
    for _ in range(times):
        w.http.post("https://chat.example", json = {"text": text})
`;

/** A project with one library file, and an editor on it. */
async function atWork(): Promise<
  { place: Workplace; editor: Editor; uri: (file: string) => string } & AsyncDisposable
> {
  const place = new Workplace();
  place.write(".gitlab/autoflow/lib/tell.star", library);
  const { editor } = await Editor.open(place.folder);
  const uri = (file: string) => pathToFileURL(path.join(place.folder, ".gitlab/autoflow", file)).href;
  return {
    place,
    editor,
    uri,
    async [Symbol.asyncDispose]() {
      await editor[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    },
  };
}

const head = `load("lib/tell.star", "tell")

def handler(w, ev):
    tell(w, ev.data.object_attributes.title)
`;
const tail = `
on_event(type = "com.gitlab.events.issue_updated", handler = handler)
`;

/** What completion offers at the mark of a text. */
async function completions(marked: string): Promise<CompletionItem[]> {
  await using work = await atWork();
  const { text, position } = atMark(marked);
  const uri = work.uri("main.star");
  await work.editor.openDocument(uri, text);
  const found = await work.editor.connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position });
  return found as CompletionItem[];
}

async function labels(marked: string): Promise<string[]> {
  const found = await completions(marked);
  return found.map(({ label }) => label);
}

test("the server says what it can, and ends when it is told to", async () => {
  await using place = new Workplace();
  const { editor, answer } = await Editor.open(place.folder);
  await using _ = editor;
  assert.equal(answer.serverInfo?.name, "autoflow");
  assert.equal(answer.capabilities.hoverProvider, true);
  assert.equal(await editor.quit(), 0);
});

test("problems: compiler and linter, and none after they are put right", async () => {
  await using work = await atWork();
  const uri = work.uri("main.star");
  await work.editor.openDocument(uri, `${head}    w.slep(1)\n    undefned(1)\n${tail}`);
  const found = await work.editor.diagnostics(uri);
  assert.deepEqual(
    found.map(({ code, range, message }) => [
      code,
      range.start.line,
      range.start.character,
      range.end.character,
      message,
    ]),
    [
      ["unknown-attribute", 4, 6, 10, "context has no slep (did you mean sleep?)"],
      ["SCRIPT_SYNTAX", 5, 4, 12, "undefined: undefned"],
    ],
  );
  const range = { start: { line: 4, character: 0 }, end: { line: 6, character: 0 } };
  await work.editor.change(uri, { range, text: "    w.sleep(1)\n" });
  assert.deepEqual(await work.editor.diagnostics(uri), []);
});

test("columns are those of UTF-16, also after characters outside the basic plane and in lines that end with \\r\\n", async () => {
  await using work = await atWork();
  const uri = work.uri("main.star");
  await work.editor.openDocument(uri, '# 😀\r\nx = ["é😀", [1].appnd(2)]\r\n');
  const [found] = await work.editor.diagnostics(uri);
  assert.deepEqual(found?.range, { start: { line: 1, character: 16 }, end: { line: 1, character: 21 } });
  const hover = await work.editor.connection.sendRequest(HoverRequest.type, {
    textDocument: { uri },
    position: { line: 1, character: 0 },
  });
  assert.match((hover!.contents as MarkupContent).value, /x: list/);
});

test("a text with gaps: everything that is wrong, and completion all the same", async () => {
  await using work = await atWork();
  const uri = work.uri("main.star");
  const { text, position } = atMark(`${head}    w.|\n\ndef broken(:\n    pass\n${tail}`);
  await work.editor.openDocument(uri, text);
  const found = await work.editor.diagnostics(uri);
  assert.deepEqual(
    found.map(({ range }) => range.start.line),
    [4, 6],
  );
  const items = await work.editor.connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position });
  assert.ok((items as CompletionItem[]).some(({ label }) => label === "wait_for_event"));
});

test("completion of members: of w, of what verbs answer, of modules, of values", async () => {
  const context = await labels(`${head}    w.|\n${tail}`);
  for (const name of ["sleep", "wait_for_event", "http", "gitlab", "vars", "run_id"])
    assert.ok(context.includes(name), name);
  assert.ok(!context.includes("upper"));
  const response = await labels(`${head}    w.http.get("https://a.example").|\n${tail}`);
  assert.deepEqual(response.toSorted(), ["body", "headers", "json", "ok", "status", "status_code", "text"]);
  const gitlab = await labels(`${head}    w.gitlab.|\n${tail}`);
  assert.deepEqual(gitlab.toSorted(), ["delete", "get", "list", "patch", "post", "put"]);
  const library = 'load("@autoflow//gitlab.star", "issues")\n';
  assert.ok((await labels(`${library}${head}    issues.|\n${tail}`)).includes("create_note"));
  assert.ok((await labels("json.|\n")).includes("encode_indent"));
  assert.ok((await labels('x = "a"\ny = x.spl|\n')).includes("splitlines"));
});

test("completion of an event's fields, by attribute and by key", async () => {
  const attributes = await labels(`${head}    print(ev.data.object_attributes.|)\n${tail}`);
  assert.ok(attributes.includes("iid") && attributes.includes("title"));
  const keys = await labels(`${head}    print(ev["data"]["user"]["|"])\n${tail}`);
  assert.ok(keys.includes("username"));
  const waited = await labels(
    `${head}    p = w.wait_for_event(type = "com.gitlab.events.pipeline_failed", timeout = "1h")\n    print(p.data.|)\n${tail}`,
  );
  assert.ok(waited.includes("builds"));
});

test("completion in a function that a handler calls", async () => {
  const found = await labels(
    `def helper(context, event):\n    context.|\n\ndef handler(w, ev):\n    helper(w, ev)\n${tail}`,
  );
  assert.ok(found.includes("sleep"));
});

test("completion of parameters, names and keywords", async () => {
  const found = await completions(`${head}    w.sleep(|)\n${tail}`);
  const minutes = found.find(({ label }) => label === "minutes =");
  assert.deepEqual(minutes?.textEdit, {
    range: { start: { line: 4, character: 12 }, end: { line: 4, character: 12 } },
    newText: "minutes = ",
  });
  const names = new Set(found.map(({ label }) => label));
  for (const name of ["w", "ev", "tell", "handler", "print", "lambda"]) assert.ok(names.has(name), name);
  const again = await labels(`${head}    w.sleep(minutes = 1, |)\n${tail}`);
  assert.ok(again.includes("hours =") && !again.includes("minutes ="));
  assert.ok((await labels(`${head}    tell(w, |)\n${tail}`)).includes("times ="));
});

test("completion in strings: event types, files, names to load, signals", async () => {
  const types = await completions(`${head}\non_event(type = "com.gitlab.|", handler = handler)\n`);
  const issue = types.find(({ label }) => label === "com.gitlab.events.issue_created");
  assert.deepEqual(issue?.textEdit, {
    range: { start: { line: 5, character: 17 }, end: { line: 5, character: 28 } },
    newText: "com.gitlab.events.issue_created",
  });
  assert.ok((await labels('load("|")\n')).includes("lib/tell.star"));
  assert.deepEqual(await labels('load("lib/tell.star", "|")\n'), ["tell"]);
  assert.deepEqual(await labels(`${head}    w.signal_channel("go").try_receive()\n    w.signal("run", "|")\n${tail}`), [
    "go",
  ]);
});

test("hover: verbs, functions with their documentation, event types", async () => {
  await using work = await atWork();
  const uri = work.uri("main.star");
  const hover = async (marked: string) => {
    const { text, position } = atMark(marked);
    await work.editor.openDocument(uri, text);
    const found = await work.editor.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position });
    await work.editor.closeDocument(uri);
    return (found!.contents as MarkupContent).value;
  };
  assert.match(await hover(`${head}    w.sle|ep(1)\n${tail}`), /w\.sleep\(duration: .*stored meanwhile/s);
  assert.match(
    await hover(head.replace("tell(w", "te|ll(w") + tail),
    /def tell\(w, text, times = 1\).*More than once/s,
  );
  assert.match(await hover(head + tail.replace("issue_up", "issue_|up")), /Issue Hook.*is update/s);
  assert.match(await hover(head.replace("title", "tit|le") + tail), /title: string/);
});

test("signature help follows the argument that is being written", async () => {
  await using work = await atWork();
  const uri = work.uri("main.star");
  const active = async (marked: string) => {
    const { text, position } = atMark(marked);
    await work.editor.openDocument(uri, text);
    const params = { textDocument: { uri }, position };
    const found = await work.editor.connection.sendRequest(SignatureHelpRequest.type, params);
    await work.editor.closeDocument(uri);
    const [signature] = found!.signatures;
    return [signature!.label.split("(")[0], signature!.parameters![found!.activeParameter!]?.label];
  };
  assert.deepEqual(await active(`${head}    tell(w, |\n${tail}`), ["tell", "text"]);
  assert.deepEqual(await active(`${head}    tell(w, "a", times = |)\n${tail}`), ["tell", "times = 1"]);
  assert.deepEqual(await active(`${head}    w.emit("a", |)\n${tail}`), ["w.emit", "data = None"]);
});

test("go to definition, references, highlights and rename, across files", async () => {
  await using work = await atWork();
  const uri = work.uri("main.star");
  const { text, position } = atMark(head.replace("tell(w", "te|ll(w") + tail);
  await work.editor.openDocument(uri, text);
  const textDocument = { uri };
  const { connection } = work.editor;
  const lib = work.uri("lib/tell.star");
  const definition = (await connection.sendRequest(DefinitionRequest.type, { textDocument, position })) as Location[];
  assert.deepEqual(definition, [
    { uri: lib, range: { start: { line: 0, character: 4 }, end: { line: 0, character: 8 } } },
  ]);
  const context = { includeDeclaration: true };
  const references = await connection.sendRequest(ReferencesRequest.type, { textDocument, position, context });
  assert.deepEqual(
    references!.map((place) => [path.basename(place.uri), place.range.start.line, place.range.start.character]),
    [
      ["tell.star", 0, 4],
      ["main.star", 0, 23],
      ["main.star", 3, 4],
    ],
  );
  const highlights = await connection.sendRequest(DocumentHighlightRequest.type, { textDocument, position });
  assert.equal(highlights!.length, 2);
  const edit = await connection.sendRequest(RenameRequest.type, { textDocument, position, newName: "shout" });
  assert.deepEqual(Object.keys(edit!.changes!).toSorted(), [lib, uri].toSorted());
  await assert.rejects(
    connection.sendRequest(RenameRequest.type, { textDocument, position, newName: "if" }),
    /not a name/,
  );
  await assert.rejects(
    connection.sendRequest(RenameRequest.type, { textDocument, position: { line: 2, character: 5 }, newName: "tell" }),
    /there is a tell already/,
  );
});

test("fixes: a name that was meant, a load that is missing, a comment that ignores", async () => {
  await using work = await atWork();
  const uri = work.uri("main.star");
  const text =
    'def handler(w, ev):\n    tell(w, ev.id)\n    w.slep(1)\n\non_event(type = "com.example.ping", handler = handler)\n';
  await work.editor.openDocument(uri, text);
  const diagnostics = await work.editor.diagnostics(uri);
  const actions = await work.editor.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } },
    context: { diagnostics },
  });
  const edits = new Map(actions!.map((action) => [action.title, "edit" in action ? action.edit.changes![uri]! : []]));
  assert.deepEqual(
    [...edits.keys()],
    ["Change to sleep", "Load tell from .gitlab/autoflow/lib/tell.star", "Ignore unknown-attribute here"],
  );
  assert.equal(edited(text, edits.get("Change to sleep")!).split("\n")[2], "    w.sleep(1)");
  const loaded = edited(text, edits.get("Load tell from .gitlab/autoflow/lib/tell.star")!);
  assert.ok(loaded.startsWith('load("lib/tell.star", "tell")\n\ndef handler'));
  const ignored = edited(text, edits.get("Ignore unknown-attribute here")!);
  assert.equal(ignored.split("\n")[2], "    w.slep(1)  # autoflow: ignore[unknown-attribute]");
});

/** A problem's text: the server sends no markup. */
function textOf({ message }: Diagnostic): string {
  assert.ok(typeof message === "string");
  return message;
}

/** A text after edits that are each within one line. */
function edited(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split("\n");
  for (const { range, newText } of edits) {
    const line = lines[range.start.line]!;
    lines[range.start.line] = line.slice(0, range.start.character) + newText + line.slice(range.end.character);
  }
  return lines.join("\n");
}

test("outline, folding and formatting", async () => {
  await using work = await atWork();
  const uri = work.uri("main.star");
  const textDocument = { uri };
  await work.editor.openDocument(
    uri,
    `LIMIT=3\n\ndef outer():\n    def inner():\n        return LIMIT\n    return inner\n${tail}`,
  );
  const { connection } = work.editor;
  const symbols = (await connection.sendRequest(DocumentSymbolRequest.type, { textDocument })) as DocumentSymbol[];
  assert.deepEqual(
    symbols.map(({ name, children }) => [name, children!.map((child) => child.name)]),
    [
      ["LIMIT", []],
      ["outer", ["inner"]],
      ["on com.gitlab.events.issue_updated", []],
    ],
  );
  const folding = await connection.sendRequest(FoldingRangeRequest.type, { textDocument });
  assert.deepEqual(folding!.map(({ startLine, endLine }) => `${startLine}-${endLine}`).toSorted(), ["2-5", "3-4"]);
  const options = { tabSize: 4, insertSpaces: true };
  const edits = await connection.sendRequest(DocumentFormattingRequest.type, { textDocument, options });
  assert.match(edits![0]!.newText, /^LIMIT = 3\n/);
});

test("names are coloured by what they are", async () => {
  await using work = await atWork();
  const uri = work.uri("main.star");
  await work.editor.openDocument(uri, "def f(w):\n    w.sleep(1)\n    return json.encode(f)\n");
  const textDocument = { uri };
  const tokens = await work.editor.connection.sendRequest(SemanticTokensRequest.type, { textDocument });
  const legend = ["namespace", "parameter", "variable", "property", "function", "method"];
  const shown = Array.from({ length: tokens!.data.length / 5 }, (_, i) => tokens!.data.slice(5 * i, 5 * i + 5));
  assert.deepEqual(
    shown.map(([line, character, length, type, modifiers]) => [line, character, length, legend[type!], modifiers]),
    [
      [0, 4, 1, "function", 1],
      [0, 2, 1, "parameter", 1],
      [1, 4, 1, "parameter", 0],
      [0, 2, 5, "method", 2],
      [1, 11, 4, "namespace", 2],
      [0, 5, 6, "function", 2],
      [0, 7, 1, "function", 0],
    ],
  );
});

test("a file that changes on disk or goes away is noticed where it is loaded", async () => {
  await using work = await atWork();
  const uri = work.uri("main.star");
  await work.editor.openDocument(uri, head + tail);
  assert.deepEqual(await work.editor.diagnostics(uri), []);
  const file = path.join(work.place.folder, ".gitlab/autoflow/lib/tell.star");
  const tellServer = (type: FileChangeType) => {
    const changes = [{ uri: work.uri("lib/tell.star"), type }];
    return work.editor.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
  };
  writeFileSync(file, "def speak(w, text):\n    print(w.run_id, text)\n");
  await tellServer(FileChangeType.Changed);
  const [missing] = await work.editor.diagnostics(uri, (found) => found.length > 0);
  assert.match(textOf(missing!), /has no tell/);
  rmSync(file);
  await tellServer(FileChangeType.Deleted);
  await work.editor.diagnostics(uri, (found) => found.some((one) => textOf(one).includes("there is no file")));
});

test("documents that are no files, and several projects at once", async () => {
  await using work = await atWork();
  await using other = new Workplace();
  other.write(".gitlab/autoflow/lib/tell.star", "def other():\n    pass\n");
  await work.editor.openDocument("untitled:Untitled-1", "x = [1].appnd(2)\n");
  assert.equal((await work.editor.diagnostics("untitled:Untitled-1")).length, 1);
  const uri = pathToFileURL(path.join(other.folder, ".gitlab/autoflow/main.star")).href;
  await work.editor.openDocument(uri, head + tail);
  const [found] = await work.editor.diagnostics(uri);
  assert.match(textOf(found!), /lib\/tell\.star has no tell/);
});
