/** Requests to Temporal: each has a deadline, and what goes wrong on the way is an error that a user understands. */
import { type Client, isGrpcServiceError, ServiceError } from "@temporalio/client";
import { AutoFlowError } from "../../../core/errors.ts";

/** A request that nobody has answered by then is given up; the SDK has repeated it until then where that helps. */
const patienceMs = 10_000;

/** Makes requests. Throws TEMPORAL_UNAVAILABLE when the server does not answer or refuses; other errors as they are. */
export async function reach<T>(
  client: Pick<Client, "withDeadline">,
  work: () => Promise<T>,
  limitMs = patienceMs,
): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + limitMs, work);
  } catch (error) {
    throw explained(error);
  }
}

/** A question is asked again when it is not answered within this; then within twice as long, and so on. */
const firstQuestionMs = 3000;
const questionPatienceMs = 30_000;

/**
 * Asks a workflow. A worker that dies takes the questions along that it has, and nobody hears of it; and what it computed is given to
 * another one after ten seconds, before which nothing is answered. Throws as `reach` does.
 */
export async function question<T>(
  client: Pick<Client, "withDeadline">,
  work: () => Promise<T>,
  patience = questionPatienceMs,
): Promise<T> {
  const giveUpAt = performance.now() + patience;
  for (let limitMs = firstQuestionMs; ; limitMs *= 2) {
    const left = giveUpAt - performance.now();
    try {
      return await reach(client, work, Math.max(firstQuestionMs, Math.min(limitMs, left)));
    } catch (error) {
      if (!isLate(error) || performance.now() >= giveUpAt) throw error;
    }
  }
}

function isLate(error: unknown): boolean {
  return error instanceof AutoFlowError && rpcCode(error.cause) === deadlineExceeded;
}

/** An error of the connection or the server in words of ours; any other as it is. */
export function explained(error: unknown): unknown {
  const details = rpcDetails(error);
  if (details === undefined) return error;
  return new AutoFlowError("TEMPORAL_UNAVAILABLE", `Temporal did not do what it was asked: ${details}`, {
    cause: error,
  });
}

/** gRPC: deadline exceeded. */
const deadlineExceeded = 4;

function rpcCode(error: unknown): number | undefined {
  const cause: unknown = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) ? cause.code : undefined;
}

function rpcDetails(error: unknown): string | undefined {
  const cause: unknown = error instanceof ServiceError ? error.cause : error;
  if (isGrpcServiceError(cause)) return cause.details === "" ? cause.message : cause.details;
  return error instanceof ServiceError ? error.message : undefined;
}

/** Does the same for many, a few at a time; answers in the order of `items`. */
export async function forEachOf<Item, Answer>(
  items: readonly Item[],
  atATime: number,
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      answers[at] = await work(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, lane));
  return answers;
}

/** Resolves after a while, or at once when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
