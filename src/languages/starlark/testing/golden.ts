/**
 * Golden files: images, states and turns as a release wrote them. Every later release continues them. A file is JSON:
 * `{start, image: {hash, bytes}, arrivals, turns, states}`; bytes are base64, turns have effects and outcome only, and
 * `states[i]` is the state after `turns[i]`.
 *
 * Run as a program, with the name of a new version, it writes the files of the sample scripts into that folder:
 *
 *     node src/languages/starlark/testing/golden.ts v2
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Arrival } from "../../../core/arrival.ts";
import type { RunStart, Turn } from "../../../core/program.ts";
import { fromBase64, toBase64 } from "../../../core/wire.ts";
import { compileResult, play, startOf } from "./virtual-run.ts";
import { starlark } from "../program.ts";

export const goldenFolder = new URL("../run/testdata/golden/", import.meta.url);
const sampleFolder = new URL("../run/testdata/", import.meta.url);

export interface Golden {
  start: RunStart;
  image: { hash: string; bytes: Uint8Array };
  arrivals: Arrival[];
  turns: Pick<Turn, "effects" | "outcome">[];
  states: Uint8Array[];
}

/** What later releases must do again: not how many steps it takes. */
export function essence({ effects, outcome }: Turn): Pick<Turn, "effects" | "outcome"> {
  return outcome === undefined ? { effects } : { effects, outcome };
}

export function readGolden(file: URL): Golden {
  const parsed = JSON.parse(readFileSync(file, "utf8")) as {
    start: RunStart;
    image: { hash: string; bytes: string };
    arrivals: Arrival[];
    turns: Golden["turns"];
    states: string[];
  };
  const { hash, bytes } = parsed.image;
  return { ...parsed, image: { hash, bytes: fromBase64(bytes) }, states: parsed.states.map(fromBase64) };
}

/** Writes a golden file for each sample script. Throws when the version is there already: golden files never change. */
function writeAll(version: string): void {
  const folder = new URL(`${version}/`, goldenFolder);
  mkdirSync(goldenFolder, { recursive: true });
  mkdirSync(folder);
  for (const name of readdirSync(sampleFolder).filter((file) => file.endsWith(".star"))) {
    const source = readFileSync(new URL(name, sampleFolder), "utf8");
    const { image } = compileResult({ [name]: source }, name.startsWith("driver") ? "driver" : "handlers");
    const loaded = starlark.load(image!);
    const start = startOf(loaded, { input: '{"steps": [10, 50]}' });
    const { arrivals, turns, states } = play(loaded, { source, start });
    const golden = {
      start,
      image: { hash: image!.hash, bytes: toBase64(image!.bytes) },
      arrivals,
      turns: turns.map(essence),
      states: states.map(toBase64),
    };
    writeFileSync(new URL(name.replace(".star", ".json"), folder), `${JSON.stringify(golden, null, 1)}\n`);
  }
}

const version = process.argv[2];
if (import.meta.main && version !== undefined) writeAll(version);
