/** Random texts, one after the other, each examined by itself and compared with starlark-go. */
import type { Answer } from "../../src/languages/starlark/testing/fuzz/answer.ts";
import { arbitraryText, mutatedProgram } from "../../src/languages/starlark/testing/fuzz/mutations.ts";
import { generateMistakes, generateProgram } from "../../src/languages/starlark/testing/fuzz/program.ts";
import { shrink } from "../../src/languages/starlark/testing/fuzz/shrink.ts";
import { runStarlarkGo } from "../support/starlark-go.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { compare, type Verdict } from "./compare.ts";
import { Examiner } from "./examiner.ts";

const generators = {
  grammar: generateProgram,
  mistake: generateMistakes,
  mutation: mutatedProgram,
  arbitrary: arbitraryText,
} as const;
type GeneratorName = keyof typeof generators;

/** One text of a campaign; its name, such as "grammar:17", is all it takes to make it again. */
export interface Subject {
  name: string;
  seed: number;
  source: string;
}

export interface Campaign {
  /** Texts are numbered from here. */
  seed: number;
  seconds: number;
  /** That many are tried even when time is over. */
  atLeast: number;
  /** starlark-go's file, when there is one. */
  go: string | undefined;
  /** Tells of problems as they are found. */
  report(text: string): void;
}

export interface Findings {
  texts: number;
  compared: number;
  /** By how the texts ended with us. */
  ended: Record<"ok" | "failed" | "limit" | "broken", number>;
  /** How often each listed difference was met. */
  listed: Map<string, number>;
  /** One of each kind, as it was reported. */
  problems: string[];
}

/** More of them do not tell more. */
const maximalProblems = 12;

/** The text of a name, such as "mutation:5". Throws Error when it is none. */
export function subjectNamed(name: string): Subject {
  const [kind = "", number = ""] = name.split(":");
  if (!Object.hasOwn(generators, kind) || !/^\d+$/.test(number)) throw new Error(`no such program: ${name}`);
  return { name, seed: Number(number), source: generators[kind as GeneratorName](Number(number)) };
}

/** Examines texts until the time is over. */
export async function runCampaign(campaign: Campaign): Promise<Findings> {
  const findings: Findings = {
    texts: 0,
    compared: 0,
    ended: { ok: 0, failed: 0, limit: 0, broken: 0 },
    listed: new Map(),
    problems: [],
  };
  const end = performance.now() + campaign.seconds * 1000;
  const seen = new Map<string, number>();
  let next = campaign.seed;
  const lane = async (): Promise<void> => {
    using bench = new Bench(campaign.go);
    const goesOn = () => performance.now() < end || next < campaign.seed + campaign.atLeast;
    while (goesOn() && findings.problems.length < maximalProblems) {
      const subject = subjectNamed(`${kindOf(next)}:${next++}`);
      const result = await bench.try(subject);
      count(findings, result);
      if (result.signature === undefined) continue;
      seen.set(result.signature, (seen.get(result.signature) ?? 0) + 1);
      if (seen.get(result.signature)! > 1) continue;
      const problem = await explain(bench, subject, result);
      findings.problems.push(problem);
      campaign.report(problem);
    }
  };
  await Promise.all([lane(), lane()]);
  return findings;
}

/** Of ten texts five are programs. */
function kindOf(number: number): GeneratorName {
  const digit = number % 10;
  if (digit < 5) return "grammar";
  return digit < 7 ? "mistake" : digit < 9 ? "mutation" : "arbitrary";
}

interface Result {
  status: keyof Findings["ended"];
  verdict: Verdict | undefined;
  /** What is wrong; undefined when all is well. */
  problem: string | undefined;
  /** The same for the same problem. */
  signature: string | undefined;
}

/** Where texts are tried: a thread of ours, and a folder for starlark-go. */
export class Bench {
  readonly #examiner = new Examiner();
  readonly #folder = tempFolder();
  readonly #go: string | undefined;

  constructor(go: string | undefined) {
    this.#go = go;
  }

  async try({ source, seed }: Subject): Promise<Result> {
    const { answer, fault } = await this.#examiner.examine(source, seed);
    const verdict = await this.#compare(source, answer);
    const result = { status: answer.status, verdict, problem: undefined, signature: undefined };
    if (fault !== undefined) return { ...result, problem: fault, signature: `fault ${fault.slice(0, 25)}` };
    if (verdict?.kind !== "different") return result;
    return { ...result, problem: verdict.message, signature: verdict.signature };
  }

  /** A program that passes a limit of ours may run for ever there. */
  async #compare(source: string, answer: Answer): Promise<Verdict | undefined> {
    if (this.#go === undefined || answer.status === "broken") return undefined;
    if (answer.status === "limit") return { kind: "not compared" };
    return compare(source, answer, await runStarlarkGo(this.#go, this.#folder.path, source));
  }

  [Symbol.dispose](): void {
    void this.#examiner.close();
    this.#folder[Symbol.dispose]();
  }
}

function count(findings: Findings, { status, verdict }: Result): void {
  findings.texts++;
  findings.ended[status]++;
  if (verdict !== undefined && verdict.kind !== "not compared") findings.compared++;
  if (verdict?.kind === "listed") {
    const { name } = verdict.difference;
    findings.listed.set(name, (findings.listed.get(name) ?? 0) + 1);
  }
}

async function explain(bench: Bench, subject: Subject, found: Result): Promise<string> {
  const small = await shrink(
    subject.source,
    async (source) => {
      const { signature } = await bench.try({ ...subject, source });
      return signature === found.signature;
    },
    500,
  );
  const { problem } = await bench.try({ ...subject, source: small });
  return [
    `${subject.name}: ${problem ?? found.problem}`,
    "The smallest program that shows it:",
    ...small.split("\n").map((line) => `    ${line}`),
    `Again: npm run test:fuzz -- --program ${subject.name}`,
  ].join("\n");
}
