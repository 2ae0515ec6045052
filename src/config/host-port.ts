/** Addresses as Go programs write them: `localhost:7233`, `[::1]:7233`, `:8142`. */

/** Undefined for what is none. `host` has no brackets, and is undefined when the address has none. */
export function splitHostPort(text: string): { host: string | undefined; port: number } | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) return undefined;
  return { host: (match[1] ?? match[2]) || undefined, port };
}
