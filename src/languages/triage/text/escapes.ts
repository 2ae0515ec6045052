/** What a backslash stands for in the texts of a policy, which are read as Ruby reads texts in double quotes. */

const letters: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  e: "\u001b",
  f: "\f",
  n: "\n",
  r: "\r",
  s: " ",
  t: "\t",
  v: "\v",
  "\n": "",
};

/** An escape, from its backslash on. */
export const escapePattern = String.raw`\\(?:u\{[\dA-Fa-f]{1,6}\}|u[\dA-Fa-f]{4}|x[\dA-Fa-f]{1,2}|[0-7]{1,3}|[\s\S])`;

/** The text that an escape stands for: what is none stands for itself, without its backslash. */
export function unescaped(escape: string): string {
  const body = escape.slice(1);
  const hex = /^(?:u\{([\dA-Fa-f]+)\}|u([\dA-Fa-f]{4})|x([\dA-Fa-f]+))$/.exec(body);
  const digits = hex?.[1] ?? hex?.[2] ?? hex?.[3];
  if (digits !== undefined) return fromCode(Number.parseInt(digits, 16));
  if (/^[0-7]+$/.test(body)) return fromCode(Number.parseInt(body, 8));
  return letters[body] ?? body;
}

function fromCode(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
}
