/** Ways in which bytes can be damaged. */
import fc from "fast-check";

/** Where, what, and how much of it, as fractions and bytes, so that one damage fits bytes of any length. */
export interface Damage {
  kind: "flip" | "set" | "cut" | "drop" | "repeat" | "swap" | "number";
  at: number;
  to: number;
  value: number;
}

export const damages: fc.Arbitrary<Damage[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Damage["kind"]>(
      "flip",
      "flip",
      "set",
      "set",
      "set",
      "cut",
      "drop",
      "repeat",
      "swap",
      "number",
    ),
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    to: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    value: fc.nat(255),
  }),
  { minLength: 1, maxLength: 3 },
);

/** Damaged bytes, as new ones. The first `keep` stay as they are. */
export function damaged(bytes: Uint8Array, list: readonly Damage[], keep = 0): Uint8Array {
  return list.reduce((current, damage) => once(current, damage, Math.min(keep, current.length - 1)), bytes);
}

function once(bytes: Uint8Array, { kind, at, to, value }: Damage, keep: number): Uint8Array {
  const place = (fraction: number) => keep + Math.floor(fraction * (bytes.length - keep));
  const [i, j] = [place(at), place(to)];
  const [low, high] = [Math.min(i, j), Math.max(i, j)];
  const part = bytes.subarray(low, Math.min(high, low + value));
  switch (kind) {
    case "cut":
      return bytes.slice(0, i);
    case "drop":
      return joined(bytes.subarray(0, low), bytes.subarray(low + 1 + (value % 8)));
    case "repeat":
      return joined(bytes.subarray(0, i), part, bytes.subarray(i));
    case "number":
      // A huge length, or a number that is too long.
      return joined(
        bytes.subarray(0, i),
        Uint8Array.of(...Array.from({ length: 1 + (value % 9) }, () => 255), 127),
        bytes.subarray(i + 1),
      );
    case "swap": {
      const copy = bytes.slice();
      copy.set(part, Math.min(i, bytes.length - part.length));
      return copy;
    }
    default: {
      const copy = bytes.slice();
      copy[i] = kind === "flip" ? copy[i]! ^ (1 << (value % 8)) : value;
      return copy;
    }
  }
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
