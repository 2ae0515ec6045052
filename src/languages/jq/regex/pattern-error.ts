/** A pattern that cannot be compiled. `message` is Oniguruma's. */
export class PatternError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PatternError";
  }
}

const maxNameBytes = 27;

/** The name in a message: as much of it as Oniguruma shows. */
export function shownName(name: string): string {
  let length = 0;
  let shown = "";
  for (const character of name) {
    length += utf8Length(character.codePointAt(0)!);
    if (length > maxNameBytes) return `${shown}...`;
    shown += character;
  }
  return shown;
}

/** Bytes of a code point in UTF-8. */
export function utf8Length(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
