/** What a handler of `on_validate` has answered, read from what its run ended with. */
import { AutoFlowError } from "../../core/errors.ts";
import { decodeWire, SecretText, type WireText, type WireValue } from "../../core/wire.ts";

export type Decision = "allow" | "deny";

export interface Verdict {
  decision: Decision;
  /** Why it is denied, in the rule's own words; empty when it is allowed. */
  reasons: string[];
}

const longestReason = 2000;
const mostReasons = 50;

/**
 * True allows, False denies, and so does an object whose `decision` is "allow" or "deny", with `reason` (a text) or `reasons` (a
 * list of them) for a denial. Throws VALIDATION_ANSWER_INVALID for everything else, None too: a handler that forgets to answer has
 * not allowed anything.
 */
export function readVerdict(rule: string, value: WireText): Verdict {
  const answer = decodeWire(value);
  if (answer === true) return { decision: "allow", reasons: [] };
  if (answer === false) return { decision: "deny", reasons: [`denied by the rule ${rule}`] };
  if (!isObject(answer)) throw invalid(rule, answer === null ? "None" : JSON.stringify(shownType(answer)));
  const { decision } = answer;
  if (decision === "allow") return { decision, reasons: [] };
  if (decision !== "deny") throw invalid(rule, "an object whose decision is neither allow nor deny");
  const reasons = textsOf(answer["reasons"] ?? answer["reason"] ?? []);
  return { decision, reasons: reasons.length === 0 ? [`denied by the rule ${rule}`] : reasons };
}

function textsOf(value: WireValue): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list
    .slice(0, mostReasons)
    .flatMap((item) => (typeof item === "string" && item !== "" ? [item.slice(0, longestReason)] : []));
}

function isObject(value: WireValue): value is { [key: string]: WireValue } {
  const isPlain = value !== null && typeof value === "object" && !Array.isArray(value);
  return isPlain && !(value instanceof Uint8Array) && !(value instanceof SecretText);
}

function shownType(value: WireValue): string {
  return Array.isArray(value) ? "a list" : typeof value;
}

function invalid(rule: string, got: string): AutoFlowError {
  return new AutoFlowError(
    "VALIDATION_ANSWER_INVALID",
    `the rule ${rule} answered with ${got}, which is neither allow(), deny(reason) nor a bool`,
  );
}
