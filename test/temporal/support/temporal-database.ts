/** What can be read in the database file of a development server: the proof that nothing of a user's is. */
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { inflateSync } from "node:zlib";

/** SQLite keeps what it has not yet put into the file beside it. */
const parts = ["", "-wal", "-journal"];

/**
 * Which of the texts stand in the database, as they are, in base64 (also url-safe) or in hexadecimal, also in what is compressed there.
 * Texts should be long and random, of ASCII, without characters that JSON escapes. Throws when there is no database, so that an
 * empty answer means something.
 */
export function readableInDatabase(databaseFile: string, texts: readonly string[]): string[] {
  const contents: Buffer[] = parts.map((part) => contentOf(databaseFile + part));
  if (contents.every((content) => content.length < 4096)) throw new Error(`${databaseFile} holds no database`);
  for (const value of valuesOf(databaseFile)) contents.push(value, ...inflatedIn(value));
  return texts.filter((text) =>
    spellings(text).some((spelling) => contents.some((content) => content.includes(spelling))),
  );
}

/** Nothing for a file that is not there: a server that runs makes and removes those beside the database. */
function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return Buffer.alloc(0);
  }
}

/** All values in its tables: in the file, large ones are in pieces. */
function* valuesOf(databaseFile: string): Iterable<Buffer> {
  using database = new DatabaseSync(databaseFile, { readOnly: true, timeout: 10_000 });
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[];
  for (const { name } of tables) {
    const rows = database.prepare(`SELECT * FROM "${name}"`);
    rows.setReadBigInts(true);
    for (const row of rows.iterate()) {
      for (const value of Object.values(row)) {
        if (value instanceof Uint8Array || typeof value === "string") yield Buffer.from(value as string);
      }
    }
  }
}

/** How zlib's data begins at the level that payloads are compressed with. */
const compressed = Buffer.from([0x78, 0x01]);

function* inflatedIn(value: Buffer): Iterable<Buffer> {
  for (let at = value.indexOf(compressed); at >= 0; at = value.indexOf(compressed, at + 1)) {
    try {
      yield inflateSync(value.subarray(at));
    } catch {
      // Two bytes that begin nothing.
    }
  }
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
