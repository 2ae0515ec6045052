/** The Link header. */
import type { Call } from "../rest/call.ts";
import { apiUrl } from "../views/urls.ts";

/** The same request with other parameters, as an address. */
export function linkTo(call: Call, parameters: Record<string, string>): string {
  const pairs = call.query.filter(([name]) => !(name in parameters) && !secret.has(name));
  const all = [...pairs, ...Object.entries(parameters)];
  const query = all.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  return apiUrl(call.world, `${call.path}?${query}`);
}

const secret = new Set(["private_token", "access_token"]);
