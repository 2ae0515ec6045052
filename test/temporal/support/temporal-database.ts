/** What can be read in the database file of a development server: the proof that nothing of a user's is. */
import { existsSync, readFileSync } from "node:fs";

/** SQLite keeps what it has not yet put into the file beside it. */
const parts = ["", "-wal", "-journal"];

/**
 * Which of the texts stand in the database, as they are, in base64 (also url-safe) or in hexadecimal. Texts should be long and random,
 * of ASCII, without characters that JSON escapes. Throws when there is no database, so that an empty answer means something.
 */
export function readableInDatabase(databaseFile: string, texts: readonly string[]): string[] {
  const files = parts.map((part) => databaseFile + part).filter((file) => existsSync(file));
  const contents = files.map((file) => readFileSync(file));
  if (contents.every((content) => content.length < 4096)) throw new Error(`${databaseFile} holds no database`);
  return texts.filter((text) =>
    spellings(text).some((spelling) => contents.some((content) => content.includes(spelling))),
  );
}

function spellings(text: string): Buffer[] {
  const hex = Buffer.from(text).toString("hex");
  return [text, hex, hex.toUpperCase(), ...base64Spellings(text)].map((spelling) => Buffer.from(spelling));
}

/** Base64 of the text at each place it may have within three bytes, without the characters that also depend on its neighbours. */
function base64Spellings(text: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString("base64");
    const inner = before === 0 ? whole : whole.slice(4);
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
