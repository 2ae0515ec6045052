import { readFileSync } from "node:fs";

/** AutoFlow's version, as package.json has it: two folders up from here, in a clone and in an installed package. */
export function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
