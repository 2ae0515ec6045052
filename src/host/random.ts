/** Randomness of the operating system. */
import { randomFillSync } from "node:crypto";
import type { Random } from "../core/ports.ts";

/** Ids are made many thousand times a second: one call to the system fills bytes for hundreds of them. */
const poolBytes = 8192;

/** A source of its own pool; every byte is handed out once. */
export function createSystemRandom(): Random {
  const pool = new Uint8Array(poolBytes);
  let used = poolBytes;

  function bytes(count: number): Uint8Array {
    if (count > poolBytes) return randomFillSync(new Uint8Array(count));
    if (used + count > poolBytes) {
      randomFillSync(pool);
      used = 0;
    }
    const taken = pool.slice(used, used + count);
    pool.fill(0, used, used + count);
    used += count;
    return taken;
  }

  return { bytes };
}
