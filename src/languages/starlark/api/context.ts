/** The context `w` that a handler receives: everything a script can do. */
import { fromText } from "../values/text.ts";
import { HeapValue, type Value } from "../values/value.ts";
import type { RunPort } from "./host.ts";

export class Context extends HeapValue {
  readonly #run: RunPort;
  readonly #members: ReadonlyMap<string, Value>;

  constructor(run: RunPort, members: ReadonlyMap<string, Value>) {
    super();
    this.#run = run;
    this.#members = members;
  }

  get type(): string {
    return "context";
  }

  override get hashedByIdentity(): boolean {
    return true;
  }

  override attribute(name: string): Value | undefined {
    switch (name) {
      case "run_id":
        return fromText(this.#run.runId);
      case "project":
        return fromText(this.#run.project);
      case "vars":
        return this.#run.vars();
      default:
        return this.#members.get(name);
    }
  }

  override attributeNames(): readonly string[] {
    return [...this.#members.keys(), "project", "run_id", "vars"];
  }
}
