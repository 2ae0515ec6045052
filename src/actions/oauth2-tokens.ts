/**
 * Gets OAuth 2 access tokens (RFC 6749) and keeps them until they expire. Tokens are in memory only, and belong to the project whose
 * secrets they were got with.
 */
import type { OAuth2Auth } from "./http-auth.ts";
import { HttpCallFailed } from "./http-failure.ts";
import { createTokenRequests, type Token, type TokenRequestOptions } from "./oauth2-requests.ts";

export interface TokenSource {
  /**
   * The value of the header Authorization. `rejected` is one that a service did not accept: it is not given again. Throws
   * HttpCallFailed; its messages hold nothing that the token endpoint said but the standard's error fields.
   */
  authorization(project: string, auth: OAuth2Auth, rejected?: string): Promise<string>;
  /** The tokens that are kept for a project, to be hidden in what services answer. */
  values(project: string): string[];
}

interface Entry {
  project: string;
  token: Token | undefined;
  /** The request for a token that is under way; all calls that need one wait for it. */
  pending: Promise<Token> | undefined;
}

const mostEntries = 1000;

export function createTokenSource(options: TokenRequestOptions): TokenSource {
  const { clock } = options;
  const requests = createTokenRequests(options);
  /** In the order of their last use. */
  const entries = new Map<string, Entry>();

  async function authorization(project: string, auth: OAuth2Auth, rejected?: string): Promise<string> {
    const entry = entryFor(project, auth);
    const { token } = entry;
    if (token !== undefined && token.until > clock.now() && headerOf(token) !== rejected) return headerOf(token);
    const refreshToken = rejected === undefined ? token?.refreshToken : undefined;
    entry.pending ??= renewed(auth, refreshToken)
      .then((fresh) => (entry.token = fresh))
      .finally(() => (entry.pending = undefined));
    return headerOf(await entry.pending);
  }

  function entryFor(project: string, auth: OAuth2Auth): Entry {
    // Everything that decides what token comes.
    const key = JSON.stringify([project, auth]);
    const entry = entries.get(key) ?? { project, token: undefined, pending: undefined };
    entries.delete(key);
    entries.set(key, entry);
    if (entries.size > mostEntries) entries.delete(entries.keys().next().value!);
    return entry;
  }

  async function renewed(auth: OAuth2Auth, refreshToken: string | undefined): Promise<Token> {
    const url = await requests.endpoint(auth);
    if (refreshToken !== undefined) {
      try {
        return await requests.refresh(auth, url, refreshToken);
      } catch (error) {
        // It may have expired itself; the grant it came from still counts.
        if (!(error instanceof HttpCallFailed)) throw error;
      }
    }
    return requests.grant(auth, url);
  }

  function values(project: string): string[] {
    const found: string[] = [];
    for (const entry of entries.values()) {
      if (entry.project !== project || entry.token === undefined) continue;
      found.push(entry.token.value);
      if (entry.token.refreshToken !== undefined) found.push(entry.token.refreshToken);
    }
    return found;
  }

  return { authorization, values };
}

function headerOf({ type, value }: Token): string {
  return `${type} ${value}`;
}
