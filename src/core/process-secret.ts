/**
 * A number that only this process knows. It decides where things lie in memory, and nothing that anybody sees, so that nobody can
 * choose values that all lie in one place.
 */

/**
 * A global in which a host gives the number before our code is loaded: one that lets no code have chance at that time, because
 * what is computed in it must come out the same each time.
 */
export const processSecretName = "autoflowProcessSecret";

/** 32 bits, signed. */
export function processSecret(): number {
  const given = (globalThis as Record<string, unknown>)[processSecretName];
  return typeof given === "number" ? given : newSecret();
}

function newSecret(): number {
  // oxlint-disable-next-line eslint/no-restricted-properties -- nobody sees it
  return Math.trunc(Math.random() * 2 ** 32) | 0;
}
