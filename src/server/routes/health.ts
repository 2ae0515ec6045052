/** What a platform asks of the process: is it alive, may it be sent work, how is it. */
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { EngineHealth } from "../../core/engine.ts";

/** An engine whose loop has not come round for so long is stuck. */
const stuckMs = 30_000;

const aliveSchema = Type.Object(
  { status: Type.Literal("ok"), version: Type.String() },
  { additionalProperties: false },
);

const readySchema = Type.Object(
  { ready: Type.Boolean(), problems: Type.Array(Type.String({ description: "Why it is not ready." })) },
  { additionalProperties: false },
);

/** What is asked how it is: an engine, or a part of one. */
export interface HealthSource {
  health(): Pick<EngineHealth, "writable" | "problem" | "loopAgeMs">;
}

export interface HealthOptions {
  engine: HealthSource;
  version: string;
  /** Aborts when the server closes. */
  closing: AbortSignal;
}

export function healthRoutes(app: FastifyInstance, { engine, version, closing }: HealthOptions): void {
  const alive = { summary: "Whether the process answers", tags: ["operation"], response: { 200: aliveSchema } };
  app.get("/healthz", { schema: alive }, () => ({ status: "ok", version }));

  const ready = {
    summary: "Whether work may be sent",
    tags: ["operation"],
    response: { 200: readySchema, 503: readySchema },
  };
  app.get("/readyz", { schema: ready }, (_request, reply) => {
    const problems = problemsOf(engine, closing);
    return reply.code(problems.length === 0 ? 200 : 503).send({ ready: problems.length === 0, problems });
  });
}

function problemsOf(engine: HealthSource, closing: AbortSignal): string[] {
  if (closing.aborted) return ["the server is draining"];
  const { writable, problem, loopAgeMs } = engine.health();
  const problems: string[] = [];
  if (!writable) problems.push(problem ?? "the store does not accept writes");
  else if (problem !== undefined) problems.push(problem);
  if (loopAgeMs > stuckMs) problems.push(`the engine's loop has not come round for ${Math.round(loopAgeMs / 1000)} s`);
  return problems;
}
