/** The composition with the embedded engine. */
import type { Config } from "../config/config.ts";
import type { Engine } from "../core/engine.ts";
import { openEmbeddedEngine, type EmbeddedOptions } from "../engines/embedded/open.ts";
import type { EngineParts } from "./engine-parts.ts";

/** The engine on the configured data folder. Throws what opening the folder throws, such as STORE_LOCKED. */
export function openEmbedded(
  config: Config,
  parts: EngineParts,
  { held = false, onEntries }: { held?: boolean | undefined; onEntries?: EmbeddedOptions["onEntries"] | undefined },
): Promise<Engine> {
  return openEmbeddedEngine({
    ...parts,
    dataDir: config.dataDir,
    encryptionKeys: config.encryptionKeys,
    retention: config.retention,
    held,
    ...(onEntries !== undefined && { onEntries }),
  });
}
