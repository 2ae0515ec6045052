/** Waiting for something that happens soon. */

/** Longer than anything here takes on a busy machine: what is not there by then will not come. */
const usualPatienceMs = 60_000;

/**
 * Asks again and again until the answer is neither undefined nor false. Throws when it takes longer than `patienceMs`, with what
 * `explain` says about how things stand.
 */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  explain: () => unknown = () => undefined,
  patienceMs = usualPatienceMs,
): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`this did not happen: ${what}${describe(await explain())}`);
    await pause(20);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function describe(state: unknown): string {
  if (state === undefined) return "";
  return `\n${typeof state === "string" ? state : JSON.stringify(state, undefined, 2)}`;
}
