/** The two search attributes that lists of runs need, and how they come to be. */
import { setTimeout as pause } from "node:timers/promises";
import type { Connection } from "@temporalio/client";
import { AutoFlowError } from "../../../core/errors.ts";
import { serviceError } from "./failure.ts";
import type { ConnectionOptions } from "./options.ts";

const invalidArgument = 3;
const alreadyExists = 6;
/** Servers of one's own take a new attribute up within a minute. */
const patienceMs = 120_000;
const pauseMs = 250;

/** Names, types, and the types' numbers in Temporal's API. They hold only words of ours and keyed digests. */
const wanted = {
  AutoFlowState: { type: "Keyword", number: 2 },
  AutoFlowLabels: { type: "KeywordList", number: 7 },
} as const;

type Place = Pick<ConnectionOptions, "hostPort" | "namespace">;
type AttributeName = keyof typeof wanted;
const names = Object.keys(wanted) as AttributeName[];

/** Those that cannot be used in the namespace. Needs only the right to list runs, as Temporal Cloud shows no list of attributes. */
export async function missingSearchAttributes(connection: Connection, namespace: string): Promise<AttributeName[]> {
  const missing: AttributeName[] = [];
  for (const name of names) if (!(await isUsable(connection, namespace, name))) missing.push(name);
  return missing;
}

async function isUsable(connection: Connection, namespace: string, name: AttributeName): Promise<boolean> {
  try {
    await connection.workflowService.countWorkflowExecutions({ namespace, query: `${name} = "none"` });
    return true;
  } catch (error) {
    if (serviceError(error)?.code === invalidArgument) return false;
    throw error;
  }
}

/** The commands that register attributes: with a server of one's own, and in Temporal Cloud. */
export function searchAttributeCommands(
  { hostPort, namespace }: Place,
  missing: readonly string[] = names,
): { own: string; cloud: string } {
  const attributes = names.filter((name) => missing.includes(name)).map((name) => [name, wanted[name].type] as const);
  const own = attributes.map(([name, type]) => `--name ${name} --type ${type}`).join(" ");
  const cloud = attributes.map(([name, type]) => `--search-attribute "${name}=${type}"`).join(" ");
  return {
    own: `temporal operator search-attribute create --address ${hostPort} --namespace ${namespace} ${own}`,
    cloud: `tcld namespace search-attributes add --namespace ${namespace} ${cloud}`,
  };
}

/**
 * Registers the attributes that are missing and waits until they can be used, which takes a server up to a minute. Throws
 * TEMPORAL_SEARCH_ATTRIBUTES_MISSING, with the command for whoever may do it, when we may not.
 */
export async function registerSearchAttributes(connection: Connection, options: Place): Promise<void> {
  const missing = await missingSearchAttributes(connection, options.namespace);
  if (missing.length === 0) return;
  try {
    await add(connection, options.namespace, missing);
  } catch (error) {
    throw explain(error, missing, options);
  }
  const giveUpAt = Date.now() + patienceMs;
  while ((await missingSearchAttributes(connection, options.namespace)).length > 0) {
    if (Date.now() > giveUpAt) throw searchAttributesMissing(missing, options, "they are not taken up");
    await pause(pauseMs);
  }
}

async function add(connection: Connection, namespace: string, missing: readonly AttributeName[]): Promise<void> {
  const searchAttributes = Object.fromEntries(missing.map((name) => [name, wanted[name].number]));
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  } catch (error) {
    if (serviceError(error)?.code !== alreadyExists) throw error;
  }
}

function explain(error: unknown, missing: readonly string[], options: Place): unknown {
  const answer = serviceError(error);
  if (answer === undefined) return error;
  return searchAttributesMissing(missing, options, answer.details, error);
}

/** What is thrown where lists of runs would not work. */
function searchAttributesMissing(
  missing: readonly string[],
  options: Place,
  why: string,
  cause?: unknown,
): AutoFlowError {
  const { own, cloud } = searchAttributeCommands(options, missing);
  const message = `the namespace ${options.namespace} has no search attributes ${missing.join(", ")}: ${why}`;
  const hint = `Somebody who may do it runs: ${own} (in Temporal Cloud: ${cloud})`;
  return new AutoFlowError("TEMPORAL_SEARCH_ATTRIBUTES_MISSING", message, { hint, cause });
}
