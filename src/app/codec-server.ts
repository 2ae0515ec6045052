/** The codec server beside the engine on Temporal. */
import type { Config } from "../config/config.ts";
import type { Log } from "../core/ports.ts";
import { systemClock } from "../host/clock.ts";
import { withTemporalPackages } from "./temporal-packages.ts";

/** Starts it where it is configured, and resolves with what closes it, which may be nothing. Throws LISTEN_FAILED, CONFIG_INVALID. */
export async function openCodecServer({ temporal }: Config, log: Log): Promise<() => Promise<void>> {
  const { codecServer, namespace } = temporal;
  if (codecServer === undefined) return () => Promise.resolve();
  const { startCodecServer, temporalCodec, TemporalKeys } = await withTemporalPackages(loadParts);
  const codec = temporalCodec({ keys: new TemporalKeys(temporal.encryptionKeys) });
  const server = await startCodecServer({ ...codecServer, codec, namespace, log, clock: systemClock });
  return () => server.close();
}

async function loadParts() {
  const { startCodecServer } = await import("../server/codec-server/codec-server.ts");
  const { temporalCodec } = await import("../engines/temporal/codec/data-converter.ts");
  const { TemporalKeys } = await import("../engines/temporal/codec/keys.ts");
  return { startCodecServer, temporalCodec, TemporalKeys };
}
