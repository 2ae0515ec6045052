/** Who asks: the token of a request. */
import type { Token } from "../model/token.ts";
import type { User } from "../model/user.ts";
import type { World } from "../model/world.ts";
import { Refusal, unauthorized } from "../operations/refusal.ts";
import { dayOf } from "../views/times.ts";

export interface Identity {
  user: User | undefined;
  token: Token | undefined;
}

const nobody: Identity = { user: undefined, token: undefined };

/**
 * The token of `PRIVATE-TOKEN`, `Authorization: Bearer`, `private_token` or `access_token`, with its user; nobody without one.
 * An administrator may act as another (`Sudo`). Throws 401 for a token that is not valid, 403 for one that may only read.
 */
export function authenticate(
  world: World,
  method: string,
  headers: Readonly<Record<string, string>>,
  input: Record<string, unknown>,
): Identity {
  const value = tokenValue(headers, input);
  if (value === undefined) return nobody;
  const token = world.tokens.get(value);
  if (token === undefined) throw unauthorized();
  if (token.isRevoked) throw invalidToken("Token was revoked. You have to re-authorize from the user.");
  if (token.expiresAt !== null && token.expiresAt <= dayOf(world.now())) {
    throw invalidToken("Token is expired. You can either do re-authorization or token refresh.");
  }
  if (token.user.state !== "active")
    throw new Refusal(403, { message: "403 Forbidden - Your account has been blocked." });
  if (!mayDo(token, method)) {
    throw new Refusal(403, {
      error: "insufficient_scope",
      error_description: "The request requires higher privileges than provided by the access token.",
      scope: method === "GET" ? "api read_api" : "api",
    });
  }
  token.lastUsedAt = world.now();
  return { token, user: actingUser(world, token, headers["sudo"] ?? input["sudo"]) };
}

function tokenValue(headers: Readonly<Record<string, string>>, input: Record<string, unknown>): string | undefined {
  const header = headers["private-token"];
  if (header !== undefined) return header;
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers["authorization"] ?? "")?.[1];
  if (bearer !== undefined) return bearer;
  const job = headers["job-token"];
  if (job !== undefined) return job;
  for (const name of ["private_token", "access_token"]) if (typeof input[name] === "string") return input[name];
  return undefined;
}

function invalidToken(description: string): Refusal {
  return new Refusal(401, { error: "invalid_token", error_description: description });
}

function mayDo({ scopes }: Token, method: string): boolean {
  if (scopes.includes("api")) return true;
  return (method === "GET" || method === "HEAD") && scopes.includes("read_api");
}

function actingUser(world: World, { user }: Token, sudo: unknown): User {
  if (sudo === undefined || sudo === null) return user;
  if (!user.isAdmin) throw new Refusal(403, { error: "403 Forbidden - Must be admin to use sudo" });
  const name = typeof sudo === "number" ? String(sudo) : typeof sudo === "string" ? sudo : "";
  const other = /^\d+$/.test(name) ? world.users.get(Number(name)) : world.paths.get(name.toLowerCase());
  if (other?.kind !== "user") throw new Refusal(404, { message: `404 User with ID or username '${name}' Not Found` });
  return other;
}
