/** What the editor functions answer, in the protocol's terms. */
import {
  CompletionItemKind,
  DocumentHighlightKind,
  FoldingRangeKind,
  MarkupKind,
  SymbolKind,
  type CompletionItem,
  type DocumentHighlight,
  type DocumentSymbol,
  type FoldingRange,
  type Hover,
  type SemanticTokens,
  type SignatureHelp,
  type TextEdit,
  SemanticTokensBuilder,
} from "vscode-languageserver/node";
import type { Completion, CompletionKind } from "../../languages/starlark/editor/completion.ts";
import type { Hover as FoundHover } from "../../languages/starlark/editor/hover.ts";
import type { LineMap } from "../../languages/starlark/editor/line-map.ts";
import type { Fold, OutlineEntry } from "../../languages/starlark/editor/outline.ts";
import type { SignatureHelp as FoundSignature } from "../../languages/starlark/editor/signature-help.ts";
import { tokenTypes, type SemanticToken } from "../../languages/starlark/editor/semantic-tokens.ts";
import type { Place } from "../../languages/starlark/editor/symbol-at.ts";
import type { Edit } from "../../languages/starlark/lint/rule.ts";

const completionKinds: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  function: CompletionItemKind.Function,
  method: CompletionItemKind.Method,
  variable: CompletionItemKind.Variable,
  parameter: CompletionItemKind.Property,
  module: CompletionItemKind.Module,
  field: CompletionItemKind.Field,
  keyword: CompletionItemKind.Keyword,
  constant: CompletionItemKind.Constant,
  event: CompletionItemKind.Event,
  file: CompletionItemKind.File,
  text: CompletionItemKind.Text,
};

export function toCompletionItem(completion: Completion, lines: LineMap): CompletionItem {
  const { label, kind, detail, doc, insert, rank, start, end } = completion;
  return {
    label,
    kind: completionKinds[kind],
    detail,
    documentation: { kind: MarkupKind.Markdown, value: doc },
    sortText: `${rank}${label}`,
    textEdit: { range: lines.range({ start, end }), newText: insert ?? label },
  };
}

export function toHover({ text, ...span }: FoundHover, lines: LineMap): Hover {
  return { contents: { kind: MarkupKind.Markdown, value: text }, range: lines.range(span) };
}

export function toSignatureHelp({ label, doc, parameters, active }: FoundSignature): SignatureHelp {
  const shown = parameters.map((parameter) => ({
    label: parameter.label,
    documentation: { kind: MarkupKind.Markdown, value: parameter.doc },
  }));
  const documentation = { kind: MarkupKind.Markdown, value: doc };
  const signature = { label, documentation, parameters: shown };
  return { signatures: [signature], activeSignature: 0, activeParameter: active ?? parameters.length };
}

const symbolKinds: Readonly<Record<OutlineEntry["kind"], SymbolKind>> = {
  function: SymbolKind.Function,
  variable: SymbolKind.Variable,
  event: SymbolKind.Event,
};

export function toDocumentSymbol(entry: OutlineEntry, lines: LineMap): DocumentSymbol {
  return {
    name: entry.name,
    detail: entry.detail,
    kind: symbolKinds[entry.kind],
    range: lines.range(entry),
    selectionRange: lines.range({ start: entry.nameStart, end: entry.nameEnd }),
    children: entry.children.map((child) => toDocumentSymbol(child, lines)),
  };
}

/** One for each first line: the longest. */
export function toFoldingRanges(found: readonly Fold[], lines: LineMap): FoldingRange[] {
  const ranges = new Map<number, FoldingRange>();
  for (const { start, end, kind } of found) {
    const startLine = lines.position(start).line;
    const endLine = lines.position(end).line;
    if (endLine <= startLine || (ranges.get(startLine)?.endLine ?? 0) >= endLine) continue;
    ranges.set(startLine, { startLine, endLine, ...(kind === undefined ? {} : { kind: FoldingRangeKind.Comment }) });
  }
  return [...ranges.values()];
}

export function toHighlight(place: Place & { isWrite: boolean }, lines: LineMap): DocumentHighlight {
  return { range: lines.range(place), kind: place.isWrite ? DocumentHighlightKind.Write : DocumentHighlightKind.Read };
}

export function toTextEdits(edits: readonly Edit[], lines: LineMap): TextEdit[] {
  return edits.map(({ text, ...span }) => ({ range: lines.range(span), newText: text }));
}

/** Each token by its distance from the one before. */
export function toSemanticTokens(tokens: readonly SemanticToken[], lines: LineMap): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  for (const { start, end, type, isDeclaration, isSupplied } of tokens) {
    const { line, character } = lines.position(start);
    const modifiers = (isDeclaration ? 1 : 0) + (isSupplied ? 2 : 0);
    builder.push(line, character, end - start, tokenTypes.indexOf(type), modifiers);
  }
  return builder.build();
}
