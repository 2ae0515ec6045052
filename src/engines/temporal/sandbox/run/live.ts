/** What lists tell of an open run without asking it. It costs history, so only what stands for a while is told. */
import { upsertMemo, upsertSearchAttributes } from "@temporalio/workflow";
import { defineSearchAttributeKey } from "@temporalio/common";
import { describeWait } from "../../../run/wait-text.ts";
import { stateAttribute } from "../../protocol/names.ts";
import { memoKeys, type RunLive } from "../../protocol/run.ts";
import type { HostedRun } from "./hosted-run.ts";
import { eventsOf } from "./length.ts";
import { stateOf } from "./view.ts";

/** A park is told when it lasts so long, or nobody knows how long. */
const leastMs = 5000;
const mostLength = 500;

const stateKey = defineSearchAttributeKey(stateAttribute, "KEYWORD");

export class Live {
  readonly #run: HostedRun;
  /** What has been told last. */
  told: RunLive | undefined;

  constructor(run: HostedRun) {
    this.#run = run;
    this.told = run.isHeld ? { state: "queued", updatedAt: run.start.time } : run.input.carry?.told;
  }

  /** A run that was held begins. */
  begin(): void {
    this.#put({ state: "running", updatedAt: this.#run.now });
  }

  tell(parkedUntil: number | undefined): void {
    if (parkedUntil !== undefined && parkedUntil - this.#run.now < leastMs) return;
    const state = stateOf(this.#run);
    const waitingFor = describeWait(this.#run.ledger)?.slice(0, mostLength);
    if (this.told?.state === state && this.told.waitingFor === waitingFor) return;
    this.#put({ state, updatedAt: this.#run.changedAt, ...(waitingFor !== undefined && { waitingFor }) });
  }

  #put(live: RunLive): void {
    if ((this.told?.state ?? "running") !== live.state) upsertSearchAttributes([{ key: stateKey, value: live.state }]);
    this.told = live;
    this.#run.length.add(eventsOf.told);
    upsertMemo({ [memoKeys.live]: live });
  }
}
