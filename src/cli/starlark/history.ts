/** What was typed in earlier sessions. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

function historyFile(): string {
  return path.join(process.env["XDG_STATE_HOME"] ?? path.join(homedir(), ".local/state"), "autoflow/starlark-history");
}

/** Lines, the latest first; none when there is no history that can be read. */
export function readHistory(): string[] {
  try {
    return readFileSync(historyFile(), "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return [];
  }
}

/** Keeps lines, for this user alone. Where that is not possible there is no history. */
export function writeHistory(lines: readonly string[]): void {
  try {
    mkdirSync(path.dirname(historyFile()), { recursive: true });
    writeFileSync(historyFile(), lines.join("\n"), { mode: 0o600 });
  } catch {
    // A session works without.
  }
}
