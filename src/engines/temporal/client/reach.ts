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

/** An error of the connection or the server in words of ours; any other as it is. */
export function explained(error: unknown): unknown {
  const details = rpcDetails(error);
  if (details === undefined) return error;
  return new AutoFlowError("TEMPORAL_UNAVAILABLE", `Temporal did not do what it was asked: ${details}`, {
    cause: error,
  });
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
