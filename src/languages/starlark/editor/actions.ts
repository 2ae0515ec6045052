/** What an editor offers to do about a problem. */
import type { Analysis } from "../analysis/analysis.ts";
import { knownNames } from "../analysis/vocabulary.ts";
import { nearest } from "../library/spelling.ts";
import type { Edit } from "../lint/rule.ts";
import { libraryPrefix } from "../run/load-path.ts";
import { libraryFileOf } from "../stdlib/modules.ts";
import type { Identifier } from "../syntax/tree.ts";
import { toText } from "../values/text.ts";
import { scopeAt } from "./locate.ts";

export interface Action {
  title: string;
  edits: Edit[];
  /** Whether it is the obvious one. */
  isPreferred: boolean;
}

/** For a name that nothing binds: a similar one, or a load of a file of the library or the project that has it. */
export function actionsForUndefined(analysis: Analysis, offset: number): Action[] {
  const found = analysis.symbols.foreign.find(({ identifier: { pos, end } }) => pos <= offset && offset <= end);
  if (found === undefined || analysis.knownName(found.identifier.name) !== undefined) return [];
  return [
    ...libraryLoads(analysis, found.identifier),
    ...loads(analysis, found.identifier),
    ...similar(analysis, found.identifier),
  ];
}

function similar(analysis: Analysis, { name, pos, end }: Identifier): Action[] {
  const names = knownNames(analysis.mode).map((entry) => entry.name);
  for (let scope = scopeAt(analysis, pos); ; scope = scope.parent) {
    names.push(...scope.variables.keys());
    if (scope.parent === undefined) break;
  }
  const meant = nearest(name, names);
  if (meant === undefined) return [];
  const text = toText(meant);
  return [{ title: `Change to ${text}`, edits: [{ start: pos, end, text }], isPreferred: true }];
}

/** The files of the library have one name each, that of the file. */
function libraryLoads(analysis: Analysis, { name }: Identifier): Action[] {
  const file = libraryFileOf(toText(name));
  return file === undefined ? [] : [loadAction(analysis, libraryPrefix + file, toText(name))];
}

/** For each script of the project that has the name: a load of it, in an existing statement where there is one. */
function loads(analysis: Analysis, { name }: Identifier): Action[] {
  if (name.startsWith("_")) return [];
  return (analysis.environment.scripts?.() ?? []).flatMap((path) => {
    const other = path === analysis.path ? undefined : analysis.environment.file(path);
    const variable = other?.symbols.file.variables.get(name);
    const isOwn = variable?.definitions.some(({ how }) => how === "def" || how === "assign") === true;
    return isOwn ? [loadAction(analysis, path, toText(name))] : [];
  });
}

function loadAction(analysis: Analysis, path: string, name: string): Action {
  const statements = analysis.index.statements("load");
  const existing = statements.find(({ module }) => analysis.loadPath(toText(module.value)) === path);
  const title = `Load ${name} from ${path}`;
  if (existing !== undefined) {
    const at = existing.names.at(-1)?.remote.end ?? existing.module.end;
    return { title, edits: [{ start: at, end: at, text: `, "${name}"` }], isPreferred: true };
  }
  const at = placeForLoad(analysis);
  const statement = `load("${pathFrom(analysis.path, path)}", "${name}")\n`;
  const isFirst = statements.length === 0;
  return { title, edits: [{ start: at, end: at, text: isFirst ? `${statement}\n` : statement }], isPreferred: true };
}

/** After the other loads, else before the first statement that is no documentation. */
function placeForLoad({ index, body, text }: Analysis): number {
  const last = index.statements("load").at(-1);
  const [first] = body;
  const isDocumented = first?.kind === "expression" && first.value.kind === "string";
  const after = last ?? (isDocumented ? first : undefined);
  if (after === undefined) return lineStart(text, first === undefined ? 0 : first.pos);
  const lineEnd = text.indexOf("\n", after.end);
  return lineEnd < 0 ? text.length : lineEnd + 1;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** As a load statement names a file: relative within the same folder, else from the root. */
function pathFrom(from: string, path: string): string {
  if (path.startsWith(libraryPrefix)) return path;
  const folder = from.split("/").slice(0, -1).join("/");
  if (folder === "") return path;
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : `//${path}`;
}

/** A comment at the end of the line that silences a rule there; in an existing one the rule is added. */
export function suppressAction({ text, tree }: Analysis, rule: string, offset: number): Action {
  const lineEnd = text.indexOf("\n", offset) < 0 ? text.length : text.indexOf("\n", offset);
  const title = `Ignore ${rule} here`;
  const comment = tree.comments.find(({ start, end }) => start >= offset && end <= lineEnd);
  const list =
    comment === undefined ? null : /^#\s*autoflow:\s*ignore\[([^\]]*)\]/.exec(text.slice(comment.start, comment.end));
  if (comment !== undefined && list !== null) {
    const at = comment.start + list[0].length - 1;
    return { title, edits: [{ start: at, end: at, text: `, ${rule}` }], isPreferred: false };
  }
  const isInString = tree.file.text.slice(lineStart(text, offset), lineEnd).trimEnd().endsWith("\\");
  const at = lineStart(text, offset);
  const indent = /^[ \t]*/.exec(text.slice(at))![0];
  if (comment !== undefined || isInString) {
    return {
      title,
      edits: [{ start: at, end: at, text: `${indent}# autoflow: ignore[${rule}]\n` }],
      isPreferred: false,
    };
  }
  return {
    title,
    edits: [{ start: lineEnd, end: lineEnd, text: `  # autoflow: ignore[${rule}]` }],
    isPreferred: false,
  };
}
