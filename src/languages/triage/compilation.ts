/** From a policy file to an image. */
import type { Compilation, CompileResult, Sources } from "../../core/program.ts";
import { Problems } from "../serverless-workflow/document/problems.ts";
import { checkTexts } from "./policy/check-texts.ts";
import { readPolicy } from "./policy/read-policy.ts";
import { encodeImage, imageHash, language } from "./image.ts";

export class PolicyCompilation implements Compilation {
  readonly #sources: Sources;
  #result: CompileResult | undefined;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** One step: policy files are small, and the reader has its limits. */
  step(): CompileResult {
    return (this.#result ??= compile(this.#sources));
  }
}

function compile(sources: Sources): CompileResult {
  const problems = new Problems();
  const policy = readPolicy(sources, problems);
  if (policy !== undefined) checkTexts(policy, problems);
  const { diagnostics } = problems;
  if (policy === undefined || problems.hasErrors) return { diagnostics, output: [] };
  const { entry, files } = sources;
  const bytes = encodeImage({ policy, source: { path: entry, text: files.get(entry) ?? "" } });
  return { image: { hash: imageHash(bytes), language, bytes }, diagnostics, output: [] };
}
