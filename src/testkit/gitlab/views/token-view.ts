/** Tokens as REST answers show them: without their value. */
import type { Token } from "../model/token.ts";
import { isoTime } from "./times.ts";

export function tokenView(token: Token): Record<string, unknown> {
  return {
    id: token.id,
    name: token.name,
    revoked: token.isRevoked,
    created_at: isoTime(token.createdAt),
    description: null,
    scopes: [...token.scopes],
    user_id: token.user.id,
    last_used_at: isoTime(token.lastUsedAt),
    active: !token.isRevoked,
    expires_at: token.expiresAt,
  };
}
