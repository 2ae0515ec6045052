/** The signature of the function whose arguments are being written. */
import type { Analysis } from "../analysis/analysis.ts";
import type { CallExpression } from "../syntax/tree.ts";
import { toText } from "../values/text.ts";
import { builtinSignature, functionSignature, type Signature } from "./describe.ts";
import { callAround } from "./locate.ts";
import { finishedAt } from "./unfinished.ts";

export interface SignatureHelp extends Signature {
  /** The index of the parameter that is being written; undefined for none. */
  active: number | undefined;
}

/** The signature for the call that an offset is in. */
export function signatureAt(analysis: Analysis, offset: number): SignatureHelp | undefined {
  const whole = finishedAt(analysis, offset);
  const call = callAround(whole.analysis, offset);
  const signature = call === undefined ? undefined : signatureOf(whole.analysis, call);
  return call === undefined || signature === undefined
    ? undefined
    : { ...signature, active: activeParameter(call, signature, offset) };
}

function signatureOf(analysis: Analysis, call: CallExpression): Signature | undefined {
  const callee = analysis.inference.typeOf(call.callee);
  if (callee.kind === "builtin") return builtinSignature(callee.spec, callee.shown);
  const owner = callee.kind === "function" ? analysis.inFile(callee.file) : undefined;
  return callee.kind === "function" && owner !== undefined ? functionSignature(callee.node, owner) : undefined;
}

/** By the name of the argument at the offset, else by its place. */
function activeParameter(call: CallExpression, { parameters }: Signature, offset: number): number | undefined {
  const place = call.arguments.findLastIndex(({ pos }) => pos <= offset);
  const argument = call.arguments[place];
  if (argument?.kind === "named") {
    const index = parameters.findIndex(({ name }) => name === toText(argument.name!));
    if (index >= 0) return index;
    const rest = parameters.findIndex(({ label }) => label.startsWith("**"));
    return rest < 0 ? undefined : rest;
  }
  const index = Math.max(place, 0);
  const rest = parameters.findIndex(({ isRest }) => isRest);
  if (rest >= 0 && index >= rest) return rest;
  return index < parameters.length ? index : undefined;
}
