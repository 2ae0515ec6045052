/** What every engine does with events that start runs and that runs take by correlation, with the toy language. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Action } from "../../core/action.ts";
import type { Engine } from "../../core/engine.ts";
import type { NewEvent } from "../../core/event.ts";
import type { Filter } from "../../core/filter.ts";
import type { Correlation } from "../../core/program.ts";
import { anyOf, echo, ended, type EngineUnderTest, event, until } from "./engine.suite.ts";
import { type Instruction, toySource } from "./toy-program.ts";

const room: Correlation = { by: ["room"] };

/** Waits for "go" of room A. */
const ofRoomA: Instruction = ["await", { ...anyOf("go"), attributes: [{ name: "room", anyOf: ["A"] }] }];

function reading(id: string, name: string): NewEvent {
  const plain = event(id);
  return { ...plain, attributes: { ...plain.attributes, extensions: { room: name } } };
}

async function define(engine: Engine, unlessReceived: Correlation, ...body: Instruction[]): Promise<void> {
  await put(engine, "toy.json", { name: "h", filter: anyOf("go"), unlessReceived, body });
}

async function put(engine: Engine, entry: string, handler: Parameters<typeof toySource>[0]): Promise<void> {
  const files = new Map([[entry, toySource(handler)]]);
  await engine.putDefinition({ project: "*", language: "toy", sources: { entry, files } });
}

async function send(engine: Engine, ...events: NewEvent[]): Promise<string[][]> {
  return (await engine.appendEvents(events)).map(({ runs }) => runs);
}

export function correlationSuite(name: string, open: (actions: Action[]) => Promise<EngineUnderTest>): void {
  const withEngine = async (work: (test: EngineUnderTest) => Promise<void>, ...actions: Action[]): Promise<void> => {
    await using test = await open([echo, ...actions]);
    await work(test);
  };

  describe(`events that start runs or are taken by correlation: ${name}`, () => {
    it("an event that a run takes starts none: the run was created in the same batch", () =>
      withEngine(async ({ engine }) => {
        await define(engine, room, ofRoomA);
        const [first, other, second] = await send(engine, reading("1", "A"), reading("2", "B"), reading("3", "A"));
        assert.deepEqual([first!.length, other!.length, second], [1, 1, []]);
        assert.equal((await ended(engine, first![0]!)).state, "succeeded");
        const taken = (await engine.findEvent("3"))!;
        // The run of the second event waits for it too, and may do so before it comes.
        assert.equal(taken.receivedBy[0], first![0]);
        assert.deepEqual(taken.decisions, [
          {
            definition: "toy.json",
            trigger: "h",
            runId: first![0],
            outcome: "received",
            reason: `received by run ${first![0]}`,
          },
        ]);
      }));

    it("the run waits in the store", () =>
      withEngine(async (test) => {
        await define(test.engine, room, ofRoomA);
        const [first] = await send(test.engine, reading("1", "A"));
        await until(test.engine, first![0]!, ({ state }) => state === "waiting");
        await test.reopen();
        assert.deepEqual(await send(test.engine, reading("2", "A")), [[]]);
        assert.equal((await ended(test.engine, first![0]!)).state, "succeeded");
        assert.equal((await send(test.engine, reading("3", "A")))[0]!.length, 1);
      }));

    it("a run that takes events one after another takes those that come while it is busy", () => {
      const gate = Promise.withResolvers<void>();
      const slow: Action = {
        ...echo,
        name: "slow",
        timeoutMs: 60_000,
        async perform({ input }) {
          await gate.promise;
          return { value: input };
        },
      };
      return withEngine(async ({ engine }) => {
        await define(engine, { ...room, repeatedly: true }, ["call", "slow", "1"], ofRoomA);
        const [first, second] = await send(engine, reading("1", "A"), reading("2", "A"));
        assert.deepEqual([first!.length, second], [1, []]);
        await until(engine, first![0]!, ({ turns }) => turns === 1);
        assert.deepEqual(await send(engine, reading("3", "A")), [[]]);
        gate.resolve();
        assert.match((await ended(engine, first![0]!)).value!, /^\["1","event /);
        assert.equal((await engine.findEvent("2"))!.reason, `received by run ${first![0]}`);
      }, slow);
    });

    it("a run of the second event of a wait that has taken one", () =>
      withEngine(async ({ engine }) => {
        await define(engine, room, ofRoomA, ["await", anyOf("end")]);
        const [first, second, third] = await send(engine, reading("1", "A"), reading("2", "A"), reading("3", "A"));
        assert.deepEqual([first!.length, second, third!.length], [1, [], 1]);
      }));

    const started = (title: string, filter: Filter, entry = "toy.json"): void =>
      void it(`an event starts a run though ${title}`, () =>
        withEngine(async ({ engine }) => {
          await define(engine, room, ["await", entry === "toy.json" ? filter : anyOf("end")]);
          if (entry !== "toy.json")
            await put(engine, entry, { name: "o", filter: anyOf("go"), body: [["await", filter]] });
          const [first] = await send(engine, reading("1", "A"));
          for (const run of first!) await until(engine, run, ({ state }) => state === "waiting");
          const [second] = await send(engine, reading("2", "A"));
          assert.equal(second!.length, first!.length);
        }));

    started("a run takes it that waits without correlation", anyOf("go"));
    started("a run takes it that compares another attribute", {
      ...anyOf("go"),
      attributes: [{ name: "source", anyOf: ["test"] }],
    });
    started("a run of another definition takes it", ofRoomA[1] as Filter, "other.json");
  });
}
