/**
 * Places where a secret goes: U+FDD0, its name, U+FDD1. Only the language around jq puts them into values. Text that is made from
 * data cannot hold them, and what would scramble them fails.
 */
import { fail } from "./fail.ts";

const reserved = /[\ufdd0-\ufdef]/;
const everyReserved = /[\ufdd0-\ufdef]/g;

/** `text` made from data: U+FDD0 to U+FDEF become U+FFFD. */
export function withoutMarkers(text: string): string {
  return reserved.test(text) ? text.replace(everyReserved, "\uFFFD") : text;
}

/** Throws when `text` holds the place of a secret, whose encoding nobody knows here. */
export function refuseSecret(text: string): void {
  if (text.includes("\uFDD0")) fail("a secret cannot be encoded by jq");
}
