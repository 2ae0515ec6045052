/** Values that must look random and be the same in every run of a test. */
import { hash } from "node:crypto";
import type { World } from "./world.ts";

/** 40 hexadecimal digits. */
export function drawHex(world: World, purpose: string): string {
  return hash("sha1", `${world.entropy}:${purpose}:${world.draws++}`, "hex");
}

/** A UUID of version 4. */
export function drawUuid(world: World, purpose: string): string {
  const hex = drawHex(world, purpose);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
