/** Where we answer something else than starlark-go, and mean to. */
import { modules, universals } from "../../src/languages/starlark/library/registry.ts";
import { placeless } from "../../src/languages/starlark/testing/fuzz/examine.ts";

/** What both answered to a program, as text. */
export interface BothAnswers {
  source: string;
  ours: string;
  go: string;
}

export interface ListedDifference {
  name: string;
  reason: string;
  covers(answers: BothAnswers): boolean;
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

/** Each is as narrow as it can be, so that it hides nothing else. */
export const differences: readonly ListedDifference[] = [
  {
    name: "bounded integers",
    reason: "an integer has at most 262144 bits, so that one operation takes bounded time",
    covers: ({ ours }) => /int too large: the result would have more than \d+ bits/.test(lastLine(ours)),
  },
  {
    name: "bounded nesting",
    reason: "values are printed, compared and encoded at most 500 deep, so that nothing overflows the stack",
    covers: ({ ours }) => /nested more than \d+ deep|maximum recursion depth/.test(lastLine(ours)),
  },
  {
    name: "place of slices",
    reason: "starlark-go notes no position for a slice and names whatever came before it; we name its bracket",
    covers: ({ ours, go }) =>
      / slice |invalid (start|end) index/.test(lastLine(ours)) && placeless(ours) === placeless(go),
  },
  {
    name: "bytes literals by name",
    reason: "where a bytes literal is one token too many, starlark-go has no name for it in its message",
    covers: ({ ours, go }) => ours.includes("got bytes literal, want ") && go === ours.replace("bytes literal", ""),
  },
  {
    name: "zero characters",
    reason: "a text with a zero character is refused; for starlark-go the text ends there",
    covers: ({ source }) => source.includes("\0"),
  },
  {
    name: "byte order marks",
    reason: "a file may begin with a byte order mark, as some editors write it; starlark-go refuses it",
    covers: ({ source, go }) => source.startsWith("\ufeff") && go.includes("unexpected input character '\\ufeff'"),
  },
  {
    name: "hints of builtins",
    reason: "an unknown name is compared with the names of the library too; starlark-go knows only those of the file",
    covers: ({ ours, go }) => {
      const hint = /: undefined: \S+ \(did you mean (\w+)\?\)$/.exec(lastLine(ours))?.[1];
      return hint !== undefined && libraryNames.has(hint) && hintless(ours) === hintless(go);
    },
  },
  {
    name: "DEL in JSON",
    reason: "starlark-go encodes the character DEL with an escape that JSON does not have, and then cannot decode it",
    covers: ({ source }) => source.includes("json.") && /\\x7f|\\177|\\u007f|\x7f/i.test(source),
  },
  {
    name: "files that are not there",
    reason: "loaded files are read before anything runs, so a missing one is a problem of the text",
    covers: ({ ours, go }) =>
      /: cannot load .*: there is no such file/.test(lastLine(ours)) && lastLine(go).startsWith("Error: cannot load "),
  },
  {
    name: "escapes of other characters",
    reason: "a wrong escape is shown with its whole character; starlark-go shows the first byte as if it were one",
    covers: ({ ours, go }) => {
      const escape = /invalid escape sequence \\(.)$/u;
      const [character, byte] = [escape.exec(lastLine(ours))?.[1], escape.exec(lastLine(go))?.[1]];
      return character !== undefined && byte !== undefined && Buffer.from(character)[0] === byte.codePointAt(0);
    },
  },
  {
    name: "place of a body that begins with a module",
    reason:
      "json, math and time are universal names in starlark-go's program, which have no position, and predeclared for us",
    covers: ({ source, ours, go }) =>
      /\b(json|math|time)\./.test(source) &&
      / function \w+ |function lambda /.test(lastLine(ours)) &&
      placeless(ours) === placeless(go),
  },
  {
    name: "hints of keywords",
    reason: "an unknown keyword is compared with all parameters; starlark-go looks at half of them",
    covers: ({ ours, go }) =>
      lastLine(ours).includes("unexpected keyword argument") && hintless(ours) === go && hintless(go) === go,
  },
  {
    name: "times beyond reckoning",
    reason: "a part of a time that is out of range is refused; starlark-go answers some other time",
    covers: ({ ours }) => /^Error in time: time: .* out of range/.test(lastLine(ours)),
  },
  {
    name: "counts of 54 bits",
    reason: "arguments that are counts and positions have 54 bits with us, and 64 with starlark-go",
    covers: ({ ours }) => lastLine(ours).endsWith("out of range (want value in signed 54-bit range)"),
  },
];

const libraryNames: ReadonlySet<string> = new Set([...universals.keys(), ...modules.keys()]);

function hintless(text: string): string {
  return text.replace(/ \(did you mean \w+\?\)$/m, "");
}
