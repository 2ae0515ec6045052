/** Tells workflows their stories, by event and by request, while the server is killed. Remembers what was acknowledged. */
import type { RunDetails } from "../../src/core/run.ts";
import { pause } from "../support/eventually.ts";
import type { Delivery } from "./delivery.ts";
import type { Pace } from "./sender.ts";
import { Storytelling } from "./storytelling.ts";
import type { WorkflowKind, WorkflowStory } from "./workflow-plans.ts";

/** Whose workflows they are. */
export const workflowProject = "workflows";

/** An answer to a start: also about a run that has failed. */
interface StartAnswer {
  id?: string;
}

export class WorkflowSender {
  readonly stories: WorkflowStory[] = [];
  /** Ids of events that were acknowledged. */
  readonly events: string[] = [];
  /** Operators' commands that were acknowledged. */
  commands = 0;
  readonly #delivery: Delivery;
  readonly #ledgerUrl: string;
  readonly #storytelling: Storytelling;
  readonly #pace: Pace;

  constructor(delivery: Delivery, ledgerUrl: string, pace: Pace) {
    const { random, problem } = delivery.options;
    this.#delivery = delivery;
    this.#ledgerUrl = ledgerUrl;
    this.#storytelling = new Storytelling({ random, problem, mostOpen: pace.workflowStories });
    this.#pace = pace;
  }

  /** Starts stories until `stop` aborts; resolves when all of them have been told. */
  async run(stop: AbortSignal): Promise<void> {
    await this.#storytelling.run(stop, (n) => this.#tell(n));
  }

  async #tell(n: number): Promise<void> {
    const { random } = this.#delivery.options;
    const kind = random.next();
    if (kind < 0.3) await this.#order(n);
    else if (kind < 0.5) await this.#start(n, "fan", random.between(1, 7));
    else if (kind < 0.7) await this.#start(n, "family");
    else if (kind < 0.85) await this.#start(n, "booking");
    else await this.#repair(n);
    const { story } = this.stories.find((told) => told.story.endsWith(`-${n}`))!;
    await this.#pace.isOver?.(story);
  }

  /** An event, the answer to the question that the run asks, and a payment, which may come before that. */
  async #order(n: number): Promise<void> {
    const { random } = this.#delivery.options;
    const story = `order-${n}`;
    const messages = { approved: `approval of ${story}`, paid: `payment of ${story}` };
    await this.#event(story, "placed", { story });
    this.stories.push({ story, kind: "order", receives: [messages.approved, messages.paid], elements: 0 });
    const pay = async (): Promise<void> => {
      await pause(random.between(0, 800));
      await this.#event(story, "paid", { message: messages.paid });
    };
    const approve = async (): Promise<void> => {
      await this.#isAsked(story);
      await this.#event(story, "approved", { message: messages.approved });
    };
    await Promise.all([pay(), approve()]);
  }

  async #event(story: string, what: string, data: object): Promise<void> {
    const about = { project: workflowProject, extensions: { order: story } };
    const id = `${story}/${what}`;
    await this.#delivery.event(id, `crash.order.${what}`, data, about);
    this.events.push(id);
  }

  /** Resolves when the ledger knows of the question. */
  async #isAsked(story: string): Promise<void> {
    while (!(await fetch(`${this.#ledgerUrl}/asked/${story}`)).ok) await pause(50);
  }

  /** `POST /<workflow>`, now and then once more, which must answer with the same run. */
  async #start(n: number, kind: WorkflowKind, elements = 0): Promise<string> {
    const { random, problem } = this.#delivery.options;
    const story = `${kind}-${n}`;
    const input = { story, elements: Array.from({ length: elements }, (_, i) => i + 1) };
    const request = {
      headers: { "content-type": "application/json", "idempotency-key": story },
      body: JSON.stringify({ workflowdata: input }),
      accepts: (_status: number, text: string) => runIn(text) !== undefined,
    };
    const { id: run = "" } = await this.#delivery.untilAccepted<StartAnswer>(`/${kind}`, request);
    this.#delivery.acknowledged++;
    this.stories.push({ story, kind, run, receives: [], elements });
    if (random.chance(0.2)) {
      this.#delivery.resent++;
      await pause(random.between(0, 1000));
      const again = await this.#delivery.untilAccepted<StartAnswer>(`/${kind}`, request);
      if (again.id !== run) problem(`${story} has started ${run}, and then ${again.id}`);
    }
    return run;
  }

  /** A run that fails, and the operator who gives it what it needs. */
  async #repair(n: number): Promise<void> {
    const id = await this.#start(n, "repair");
    for (;;) {
      const run = await this.#delivery.untilAccepted<RunDetails>(`/api/v1/runs/${id}`, { method: "GET" });
      if (run.state === "succeeded") return;
      if (run.state === "failed") await this.#cure(run);
      await pause(50);
    }
  }

  /** One command; whether it was obeyed when it was not answered, the run's state tells. */
  async #cure({ id, data = "{}" }: RunDetails): Promise<void> {
    const body = JSON.stringify({ data: { ...(JSON.parse(data) as object), cure: true } });
    const headers = { "content-type": "application/json" };
    const { url } = this.#delivery.options;
    try {
      const answer = await fetch(`${url}/api/v1/runs/${id}/commands/retry`, { method: "POST", headers, body });
      if (answer.ok) this.commands++;
    } catch {
      // The server is dead, or died before it answered.
    }
  }
}

/** The run that an answer is about. */
function runIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as StartAnswer).id;
  } catch {
    return undefined;
  }
}
