/** Values that must look random and be the same in every run of a test. */
import type { World } from "./world.ts";

/** 40 hexadecimal digits. */
export function drawHex(world: World): string {
  const [seed, other] = nextSeeds(world);
  return word(seed, 1) + word(seed, 2) + word(other, 3) + word(other, 4) + word(other, 5);
}

/** A UUID of version 4. */
export function drawUuid(world: World): string {
  const [seed, other] = nextSeeds(world);
  const [b, d] = [word(seed, 2), word(other, 4)];
  return `${word(seed, 1)}-${b.slice(0, 4)}-4${b.slice(5)}-a${d.slice(0, 3)}-${word(other, 3)}${d.slice(4)}`;
}

/** Two of 32 bits each, from the low and the high bits of the entropy. */
function nextSeeds(world: World): [number, number] {
  const draw = Math.imul(++world.draws, 0x9e3779b1);
  return [(world.entropy + draw) | 0, (Math.floor(world.entropy / 2 ** 32) + draw) ^ 0x5bd1e995];
}

/** Eight digits: the finisher of MurmurHash3, which spreads neighbouring numbers over all of them. */
function word(seed: number, place: number): string {
  let h = (seed ^ Math.imul(place, 0x85ebca6b)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0).toString(16).padStart(8, "0");
}
