/** A folder of one test, removed with it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface TempFolder extends Disposable {
  readonly path: string;
  /** The absolute path of a file in it. */
  join(...parts: string[]): string;
  /** Writes a file and the folders that it needs; answers its absolute path. */
  write(file: string, text: string): string;
  read(file: string): string;
  remove(file: string): void;
}

export function tempFolder(): TempFolder {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-test-"));
  const join = (...parts: string[]): string => path.join(folder, ...parts);
  return {
    path: folder,
    join,
    write(file, text) {
      mkdirSync(path.dirname(join(file)), { recursive: true });
      writeFileSync(join(file), text);
      return join(file);
    },
    read: (file) => readFileSync(join(file), "utf8"),
    remove: (file) => rmSync(join(file), { recursive: true }),
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
