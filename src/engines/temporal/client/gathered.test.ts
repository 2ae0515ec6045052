import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Gathered } from "./gathered.ts";

/** Questions in order, each answered by the test. */
function questions(): {
  gathered: Gathered<string, number>;
  asked: { kind: string; answer: (n: number) => void; fail: () => void }[];
} {
  const asked: { kind: string; answer: (n: number) => void; fail: () => void }[] = [];
  const gathered = new Gathered((kind: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    asked.push({ kind, answer: resolve, fail: () => reject(new Error("refused")) });
    return promise;
  });
  return { gathered, asked };
}

describe("questions that are gathered", () => {
  it("who comes while one is under way shares the next one, which is asked after the first", async () => {
    const { gathered, asked } = questions();
    const first = gathered.ask("a");
    const later = [gathered.ask("a"), gathered.ask("a")];
    const other = gathered.ask("b");
    assert.deepEqual(
      asked.map(({ kind }) => kind),
      ["a", "b"],
    );
    asked[0]!.answer(1);
    asked[1]!.answer(2);
    assert.deepEqual([await first, await other], [1, 2]);
    assert.equal(asked.length, 3);
    asked[2]!.answer(3);
    assert.deepEqual(await Promise.all(later), [3, 3]);
    const last = gathered.ask("a");
    assert.equal(asked.length, 4);
    asked[3]!.answer(4);
    assert.equal(await last, 4);
  });

  it("a question that fails fails for those who share it, and not for the next ones", async () => {
    const { gathered, asked } = questions();
    const first = gathered.ask("a");
    const second = gathered.ask("a");
    asked[0]!.fail();
    await assert.rejects(first, /refused/);
    asked[1]!.answer(5);
    assert.equal(await second, 5);
  });
});
