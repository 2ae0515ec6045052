/** Texts of `application.properties`, as java.util.Properties reads them. */

export interface Property {
  key: string;
  value: string;
  /** Where its key begins: 1-based, columns in characters. */
  line: number;
  column: number;
}

/** The properties of a text, in its order; of those that are there twice the last one counts. Every text is one. */
export function parseProperties(text: string): Property[] {
  const properties: Property[] = [];
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  for (let i = 0; i < lines.length; i++) {
    const first = i;
    let logical = lines[i]!.replace(/^[ \t\f]+/, "");
    if (logical === "" || /^[#!]/.test(logical)) continue;
    while (endsOpen(logical)) {
      logical = logical.slice(0, -1);
      if (i + 1 === lines.length) break;
      logical += lines[++i]!.replace(/^[ \t\f]+/, "");
    }
    const [key, value] = split(logical);
    const column = lines[first]!.length - lines[first]!.replace(/^[ \t\f]+/, "").length + 1;
    properties.push({ key: unescape(key), value: unescape(value), line: first + 1, column });
  }
  return properties;
}

/** Whether a line goes on in the next: it ends in an odd number of backslashes. */
function endsOpen(line: string): boolean {
  return /\\*$/.exec(line)![0].length % 2 === 1;
}

/** The key ends at the first "=", ":" or space that no backslash stands before. */
function split(line: string): [string, string] {
  const key = /^(?:\\[^]|[^\\=: \t\f])*/.exec(line)![0];
  return [key, line.slice(key.length).replace(/^[ \t\f]*[=:]?[ \t\f]*/, "")];
}

const escapes: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f" };

function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([^]))/g, (_, hex: string | undefined, character: string) =>
    hex === undefined ? (escapes[character] ?? character) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
