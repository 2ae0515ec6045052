/** Strings as JSON text. */

// oxlint-disable-next-line no-control-regex
const needsEscape = /["\\\u0000-\u001f\u007f]/u;
// oxlint-disable-next-line no-control-regex
const escaped = /["\\\u0000-\u001f\u007f]/gu;

const shortEscapes: Readonly<Record<string, string>> = {
  '"': String.raw`\"`,
  "\\": String.raw`\\`,
  "\b": String.raw`\b`,
  "\f": String.raw`\f`,
  "\n": String.raw`\n`,
  "\r": String.raw`\r`,
  "\t": String.raw`\t`,
};

/** `text` in quotes. As in jq 1.6, U+007F is escaped, and everything above stands for itself. */
export function quoteText(text: string): string {
  if (!needsEscape.test(text)) return `"${text}"`;
  return `"${text.replace(escaped, escapeOf)}"`;
}

function escapeOf(character: string): string {
  return shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
