/**
 * Lets connections reach only what the address policy allows: a name is resolved here, what the policy refuses is left out, and the
 * connection goes to what is left.
 */
import { lookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import type { AddressPolicy, AddressRefusal } from "./address-policy.ts";
import { HttpCallFailed } from "./http-failure.ts";

export interface AddressGuard {
  /** Throws HTTP_ADDRESS_DENIED for a URL whose host is an address that may not be reached; a name is judged when it is resolved. */
  checkLiteral(url: URL): void;
  /** For connecting to a port: gives only addresses that may be reached. */
  lookup(port: number): LookupFunction;
}

export function createAddressGuard(policy: AddressPolicy): AddressGuard {
  const resolve = createResolver();

  function checkLiteral(url: URL): void {
    const address = unbracketed(url.hostname);
    if (isIP(address) === 0) return;
    const refusal = policy.refusal(address, portOf(url));
    if (refusal !== undefined) throw denied(address, refusal);
  }

  function guardedLookup(port: number): LookupFunction {
    return (name, options, callback) => {
      resolve(name, (error, addresses) => {
        if (error !== null) return callback(error, []);
        const refusals = addresses.map(({ address }) => policy.refusal(address, port));
        const allowed = addresses.filter((_, index) => refusals[index] === undefined);
        const first = allowed[0];
        if (first === undefined) callback(denied(name, refusals[0]), []);
        else if (options.all === true) callback(null, allowed);
        else callback(null, first.address, first.family);
      });
    };
  }

  return { checkLiteral, lookup: guardedLookup };
}

type Resolved = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** Names are resolved by the system, a name that is asked for many times at once only once. */
function createResolver(): (name: string, resolved: Resolved) => void {
  const underWay = new Map<string, Resolved[]>();
  return (name, resolved) => {
    const waiting = underWay.get(name);
    if (waiting !== undefined) {
      waiting.push(resolved);
      return;
    }
    const all = [resolved];
    underWay.set(name, all);
    lookup(name, { all: true }, (error, addresses) => {
      underWay.delete(name);
      for (const each of all) each(error, addresses);
    });
  };
}

function denied(host: string, refusal: AddressRefusal | undefined): HttpCallFailed {
  const { reason, hint } = refusal ?? { reason: "it has no address", hint: "Check the name." };
  const message = reason.startsWith(host) || isIP(host) !== 0 ? reason : `${host}: ${reason}`;
  return new HttpCallFailed("HTTP_ADDRESS_DENIED", `the call is not allowed: ${message}. ${hint}`, {
    retryable: false,
    details: { hint },
  });
}

/** The port that a URL means. */
export function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}

/** "host:port", for messages. */
export function whereOf(url: URL): string {
  return `${url.hostname}:${portOf(url)}`;
}

/** A literal IPv6 address stands in brackets in a URL only. */
export function unbracketed(hostname: string): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}
