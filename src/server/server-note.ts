/** The note by which the command line finds the server of a data folder. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Writes `server.json` and returns what removes it. */
export function writeServerNote(dataDir: string, url: string): () => void {
  const file = path.join(dataDir, "server.json");
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, `${JSON.stringify({ url, pid: process.pid })}\n`);
  return () => rmSync(file, { force: true });
}
