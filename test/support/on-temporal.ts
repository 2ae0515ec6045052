/**
 * The tests that start AutoFlow by its command line run on Temporal too: with these two variables set, every command that drives runs is
 * started with `--engine temporal`, and nothing else of a test is changed.
 */
import { createHash } from "node:crypto";

/** Host and port of the server, and a namespace there. */
export const temporalVariables = { hostPort: "TEST_TEMPORAL_HOST_PORT", namespace: "TEST_TEMPORAL_NAMESPACE" } as const;

/** Whether the tests of this process run on Temporal: for what is about the data folder's database. */
export const isOnTemporal = process.env[temporalVariables.hostPort] !== undefined;

/** The commands that drive runs. */
const driving = [["dev"], ["run"], ["workflows", "run"], ["serve"]];

/** A command line, and what is to be in its environment, started in this folder. */
export function asTested(
  args: readonly string[],
  folder = "",
): { args: readonly string[]; env: Record<string, string> } {
  const { [temporalVariables.hostPort]: hostPort, [temporalVariables.namespace]: namespace } = process.env;
  const command = driving.find((words) => words.every((word, at) => args[at] === word));
  if (hostPort === undefined || namespace === undefined || command === undefined) return { args, env: {} };
  return {
    args: [...command, "--engine", "temporal", ...args.slice(command.length)],
    env: {
      AUTOFLOW_TEMPORAL_HOST_PORT: hostPort,
      AUTOFLOW_TEMPORAL_NAMESPACE: namespace,
      // A server has the one that is configured; the servers of a folder belong together.
      AUTOFLOW_TEMPORAL_TASK_QUEUE: `test-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`,
    },
  };
}
