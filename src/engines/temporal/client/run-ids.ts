/** Ids of runs as they come from outside. */

/** In the form in which we write it; undefined for what is no UUID. */
export function parseRunId(text: string): string | undefined {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined;
}
