/** Listeners of this process: how they begin and how they end. */
import type { FastifyInstance } from "fastify";
import { AutoFlowError } from "../core/errors.ts";

/** Resolves with the address once it listens. Throws LISTEN_FAILED. */
export async function listen(server: FastifyInstance, { host, port }: { host: string; port: number }): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    const { message } = cause as Error;
    throw new AutoFlowError("LISTEN_FAILED", `cannot listen on ${host}:${port}: ${message}`, { cause });
  }
}

/** Requests under way finish; whoever takes longer than this is cut off. */
const closeGraceMs = 5000;

export async function closeServer(server: FastifyInstance): Promise<void> {
  const cutOff = setTimeout(() => server.server.closeAllConnections(), closeGraceMs);
  await server.close();
  clearTimeout(cutOff);
}
