/** Numbers as arguments. */
import { InvalidArgumentError } from "commander";

/** A whole number of at least 1. */
export function parseCount(text: string): number {
  return wholeNumber(text, 1, Number.MAX_SAFE_INTEGER, "It must be a whole number of at least 1.");
}

/** A TCP port; 0 means any free one. */
export function parsePort(text: string): number {
  return wholeNumber(text, 0, 65_535, "It must be a port: 0 to 65535.");
}

function wholeNumber(text: string, least: number, most: number, otherwise: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new InvalidArgumentError(otherwise);
}
