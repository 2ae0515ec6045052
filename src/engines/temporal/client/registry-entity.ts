/** The registry's entity as its clients talk to it. */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import {
  type Client,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from "@temporalio/client";
import { ApplicationFailure } from "@temporalio/common";
import { catalogue, type ErrorCode } from "../../../core/error-catalogue.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import type { Random } from "../../../core/ports.ts";
import { workflowIds, workflowTypes } from "../protocol/names.ts";
import {
  type RegistryAnswer,
  type RegistryChange,
  type RegistryInput,
  type RegistryNews,
  registryQueries,
  type RegistryState,
  registryUpdates,
} from "../protocol/registry.ts";
import { firstInput } from "./first-input.ts";
import { explained, question, reach } from "./reach.ts";

export interface RegistryEntityContext {
  readonly client: Client;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly random: Random;
}

const saltBytes = 32;
/** A change that meets the registry between two executions, or a worker that has just died, is made again for so long. */
const patienceMs = 40_000;
const againMs = 100;
const mostPauseMs = 1000;

export class RegistryEntity {
  readonly #context: RegistryEntityContext;
  readonly #id: string;

  constructor(context: RegistryEntityContext) {
    this.#context = context;
    this.#id = workflowIds.registry(context.taskQueue);
  }

  /**
   * Starts it if it is not open. Where it was ended by hand, `known`, or else what its last execution began with, is where it goes
   * on; a new one has a new salt, and of several that are proposed the first one stays. Answers the salt.
   */
  async begin(known?: RegistryState): Promise<string> {
    const { client, taskQueue, random } = this.#context;
    const isKnown = known !== undefined && known.version >= 0;
    const newOne = { salt: Buffer.from(random.bytes(saltBytes)).toString("hex") };
    const input: RegistryInput = isKnown ? { salt: known.salt, carry: known } : ((await this.#lastInput()) ?? newOne);
    await reach(client, () =>
      client.workflow.start(workflowTypes.registry, {
        workflowId: this.#id,
        taskQueue,
        args: [input],
        workflowIdReusePolicy: "ALLOW_DUPLICATE",
        workflowIdConflictPolicy: "USE_EXISTING",
      }),
    );
    return (await this.#lastInput())?.salt ?? input.salt;
  }

  /** What has changed since a version; undefined for nothing. */
  read(known: number): Promise<RegistryNews | undefined> {
    const { client } = this.#context;
    const handle = client.workflow.getHandle(this.#id);
    return question(client, () =>
      handle.query<RegistryNews | undefined, [{ known: number }]>(registryQueries.read, { known }),
    );
  }

  /** Resolves when the change is durable. Throws what the registry refuses it with. */
  async change(change: RegistryChange, known: RegistryState): Promise<RegistryAnswer> {
    const giveUpAt = performance.now() + patienceMs;
    const updateId = randomUUID();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#change(change, updateId);
      } catch (error) {
        if (error instanceof WorkflowUpdateFailedError) throw refusal(error);
        if (!isPassing(error) || performance.now() > giveUpAt)
          throw explained(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ? error.cause : error);
        if (error instanceof WorkflowNotFoundError) await this.begin(known);
        await pause(Math.min(attempt * againMs, mostPauseMs));
      }
    }
  }

  #change(change: RegistryChange, updateId: string): Promise<RegistryAnswer> {
    const { client } = this.#context;
    const handle = client.workflow.getHandle(this.#id);
    return reach(client, () =>
      handle.executeUpdate<RegistryAnswer, [RegistryChange]>(registryUpdates.change, { args: [change], updateId }),
    );
  }

  /** What the newest execution, which may have ended, began with. */
  async #lastInput(): Promise<RegistryInput | undefined> {
    const [input] = (await firstInput(this.#context, this.#id)) ?? [];
    return input as RegistryInput | undefined;
  }
}

/** It may go well another time. A change of the same id is made once. */
function isPassing(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  return error instanceof AutoFlowError && error.code === "TEMPORAL_UNAVAILABLE";
}

/** What the registry refused a change with, as the error that it is. */
function refusal(error: WorkflowUpdateFailedError): unknown {
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure) || typeof cause.type !== "string" || !(cause.type in catalogue))
    return error;
  return new AutoFlowError(cause.type as ErrorCode, cause.message, { cause: error });
}
