import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What a program prints that uses `runInBareContext`, in a process of its own. */
export function printedInBareContext(program: URL): string {
  const args = ["--experimental-vm-modules", "--no-warnings", fileURLToPath(program)];
  return execFileSync(process.execPath, args, { encoding: "utf8" });
}
