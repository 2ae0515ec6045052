/** Idempotency keys, which every request to the ledger carries. */
import type { LedgerEntry } from "./ledger-entry.ts";

/** One key is one call: every request that carries it is the same. */
export function checkKeys(ledger: readonly LedgerEntry<unknown>[]): string[] {
  const problems: string[] = [];
  const bodies = new Map<string, string>();
  for (const { key, path, step, number } of ledger) {
    const body = JSON.stringify([path, step]);
    const before = bodies.get(key);
    bodies.set(key, body);
    if (key === "") problems.push(`request ${number} has no idempotency key`);
    else if (before !== undefined && before !== body) {
      problems.push(`the key ${key} was used for two calls: ${before} and ${body}`);
    }
  }
  return problems;
}
