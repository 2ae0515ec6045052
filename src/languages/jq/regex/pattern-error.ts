/** A pattern that cannot be compiled. `message` is Oniguruma's. */
export class PatternError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PatternError";
  }
}

/** The name in a message: as much of it as Oniguruma shows. */
export function shownName(name: string): string {
  const bytes = [...name].map((character) => utf8Length(character.codePointAt(0)!));
  let length = 0;
  let shown = "";
  for (const [i, character] of [...name].entries()) {
    length += bytes[i]!;
    if (length > 27) return `${shown}...`;
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
