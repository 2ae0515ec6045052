/**
 * Files of cases: a program, its input, the lines that jq prints. Cases are separated by an empty line. `! text` is the error that ends the
 * evaluation, `!! text` the one of compilation.
 */
import type { Level } from "../library/contract.ts";
import { readdirSync, readFileSync } from "node:fs";

/** One case. */
export interface Case {
  readonly program: string;
  /** JSON text. */
  readonly input: string;
  readonly lines: readonly string[];
}

/** The files of cases of a level, by name: `cases` is what native jq 1.6 does, `cases-1.7` what jq 1.7.1 does otherwise or anew. */
export function caseFiles(level: Level): { readonly name: string; readonly cases: Case[] }[] {
  const folder = new URL(level === "1.6" ? "cases/" : "cases-1.7/", import.meta.url);
  return readdirSync(folder).map((name) => ({ name, cases: parseCases(readFileSync(new URL(name, folder), "utf8")) }));
}

function parseCases(text: string): Case[] {
  return text
    .trimEnd()
    .split("\n\n")
    .map((block) => {
      const [program, input, ...lines] = block.split("\n");
      return { program: program!, input: input!, lines };
    });
}
