/** What every engine does where people search for runs of workflows, and count them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Engine } from "../../core/engine.ts";
import type { Starter } from "../../core/program.ts";
import type { RunCondition, RunField, SearchRuns } from "../../core/workflows.ts";
import { anyOf, echo, type EngineUnderTest, soon } from "./engine.suite.ts";
import { defineWorkflow, request, type SuiteHost } from "./workflows.suite.ts";

/** Six runs: "good" of two versions, "stuck", and "bad" in another project. Answers their ids. */
async function fill(engine: Engine): Promise<string[]> {
  await defineWorkflow(engine, { name: "good", version: "1.9", body: [["log", "x"]] });
  await defineWorkflow(engine, { name: "good", version: "1.10", body: [["log", "x"]] });
  await defineWorkflow(engine, { name: "stuck", body: [["await", anyOf("more")]] });
  await defineWorkflow(engine, { name: "bad", body: [["fail", "why"]] }, "2");
  const ids: string[] = [];
  const start = async (name: string, starter?: Starter, version?: string, project = "1"): Promise<void> => {
    const more = { ...(starter && { starter }), ...(version && { version }) };
    const { runId, settled } = await engine.startWorkflow(request({ name, project, ...more }));
    await settled;
    ids.push(runId);
  };
  await start("good", { identity: "ann", businessKey: "A-1" });
  await start("good", { identity: "bob", initiatorEntity: "user:default/bob" }, "1.9");
  await start("stuck", { identity: "bob", targetEntity: "component:default/x" });
  await start("stuck");
  await start("bad", undefined, undefined, "2");
  await start("good", { businessKey: "B-1" });
  return ids;
}

const is = (field: RunField, value: string | number): RunCondition => ({
  kind: "compare",
  field,
  operator: "eq",
  value,
});

const like = (field: RunField, value: string): RunCondition => ({ kind: "compare", field, operator: "like", value });

export function searchSuite(name: string, open: (host: SuiteHost) => Promise<EngineUnderTest>): void {
  const withRuns = async (work: (test: EngineUnderTest, ids: string[]) => Promise<void>): Promise<void> => {
    await using test = await open({ actions: [echo] });
    const ids = await fill(test.engine);
    await soon(test, async () => {
      const { runs } = await test.engine.searchRuns({ orderBy: { field: "createdAt", descending: false } });
      const listed = await test.engine.listRuns({ states: ["waiting", "succeeded", "failed"] });
      assert.deepEqual([runs.map(({ id }) => id), listed.items.length], [ids, 6]);
    });
    await work(test, ids);
  };

  describe(`searching runs of workflows: ${name}`, () => {
    it("finds by every field and every comparison, with an exact total", () =>
      withRuns(async (test, ids) => {
        const found = async (where: RunCondition): Promise<number[]> => {
          const { runs, total } = await test.engine.searchRuns({ where });
          assert.equal(total, runs.length);
          return runs.map(({ id }) => ids.indexOf(id)).toSorted((a, b) => a - b);
        };
        const times = await Promise.all(ids.map(async (id) => (await test.engine.findRun(id))!.createdAt));
        const cases: [RunCondition, number[]][] = [
          [is("name", "good"), [0, 1, 5]],
          [is("version", "1.9"), [1]],
          [like("name", "%TU_K"), [2, 3]],
          [is("state", "waiting"), [2, 3]],
          [{ kind: "in", field: "state", values: ["failed", "waiting"] }, [2, 3, 4]],
          [is("project", "2"), [4]],
          [is("id", ids[3]!), [3]],
          [is("id", "nonsense"), []],
          [like("id", `${ids[4]!.slice(0, 30)}%`), [4]],
          [is("identity", "bob"), [1, 2]],
          [{ kind: "in", field: "businessKey", values: ["A-1", "B-1"] }, [0, 5]],
          [like("businessKey", "%-1"), [0, 5]],
          [{ kind: "compare", field: "businessKey", operator: "gt", value: "A-2" }, [5]],
          [is("initiatorEntity", "user:default/bob"), [1]],
          [{ kind: "isNull", field: "targetEntity", isNull: false }, [2]],
          [{ kind: "isNull", field: "endedAt", isNull: true }, [2, 3]],
          [{ kind: "isNull", field: "parent", isNull: false }, []],
          [{ kind: "compare", field: "createdAt", operator: "lt", value: times[0]! }, []],
          [{ kind: "between", field: "createdAt", from: times[0]!, to: times[5]! }, [0, 1, 2, 3, 4, 5]],
          [{ kind: "not", of: is("identity", "bob") }, [0, 3, 4, 5]],
          [{ kind: "not", of: like("identity", "b%") }, [0, 3, 4, 5]],
          [{ kind: "not", of: { kind: "compare", field: "endedAt", operator: "gt", value: 0 } }, [2, 3]],
          [
            {
              kind: "and",
              of: [is("name", "good"), { kind: "or", of: [is("identity", "ann"), is("version", "1.9")] }],
            },
            [0, 1],
          ],
          [{ kind: "or", of: [is("name", "bad"), { kind: "isNull", field: "businessKey", isNull: false }] }, [0, 4, 5]],
          [{ kind: "and", of: [] }, [0, 1, 2, 3, 4, 5]],
          [{ kind: "or", of: [] }, []],
        ];
        for (const [where, expected] of cases) assert.deepEqual(await found(where), expected, JSON.stringify(where));
        await test.reopen();
        assert.deepEqual(await found(is("identity", "bob")), [1, 2]);
      }));

    it("orders and pages, the newest first unless told otherwise", () =>
      withRuns(async ({ engine }, ids) => {
        const order = async (query: SearchRuns): Promise<number[]> => {
          const { runs, total } = await engine.searchRuns(query);
          assert.equal(total, 6);
          return runs.map(({ id }) => ids.indexOf(id));
        };
        assert.deepEqual(await order({ limit: 4 }), [5, 4, 3, 2]);
        assert.deepEqual(await order({ limit: 4, offset: 4 }), [1, 0]);
        assert.deepEqual(await order({ orderBy: { field: "createdAt", descending: false }, limit: 2 }), [0, 1]);
        assert.deepEqual(await order({ orderBy: { field: "version", descending: true }, limit: 2 }), [5, 0]);
        assert.deepEqual(await order({ orderBy: { field: "name", descending: false }, limit: 1, offset: 1 }), [0]);
        assert.deepEqual(await order({ orderBy: { field: "businessKey", descending: true }, limit: 2 }), [5, 0]);
      }));

    it("tells of each run its name, version, who started it and its data", () =>
      withRuns(async ({ engine }, ids) => {
        const [run] = (await engine.searchRuns({ where: is("id", ids[2]!) })).runs;
        assert.deepEqual([run!.name, run!.version, run!.state], ["stuck", "1.0", "waiting"]);
        assert.deepEqual(run!.starter, { identity: "bob", targetEntity: "component:default/x" });
        assert.equal(run!.data, '{"trace":[],"data":null}');
      }));

    it("finds the children of a run", () =>
      withRuns(async (test) => {
        const { engine } = test;
        await defineWorkflow(engine, { name: "parent", body: [["spawn", "good", "{}"]] });
        const { runId, settled } = await engine.startWorkflow(request({ name: "parent" }));
        await settled;
        await soon(test, async () => {
          const { runs, total } = await engine.searchRuns({ where: is("parent", runId) });
          assert.deepEqual([total, runs[0]?.name, runs[0]?.starter!.parent!.runId], [1, "good", runId]);
        });
      }));

    it("counts by workflow, version and state, also those that have no runs", () =>
      withRuns(async (test, ids) => {
        await defineWorkflow(test.engine, { name: "idle", body: [] });
        const counts = async (project?: string) =>
          (await test.engine.workflowStatistics(project)).map((each) => [each.name, each.version, each.runsByState]);
        const ofFirst = [
          ["good", "1.9", { succeeded: 1 }],
          ["good", "1.10", { succeeded: 2 }],
          ["idle", "1.0", {}],
          ["stuck", "1.0", { waiting: 2 }],
        ];
        assert.deepEqual(await counts("1"), ofFirst);
        await test.reopen();
        assert.deepEqual(await counts(), [["bad", "1.0", { failed: 1 }], ...ofFirst]);
        const [old, good, idle] = await test.engine.workflowStatistics("1");
        assert.equal(old!.last!.runId, ids[1]);
        assert.deepEqual([good!.runsLastMonth, good!.last!.state, good!.last!.runId], [2, "succeeded", ids[5]]);
        assert.ok(good!.meanDurationMs! >= 0);
        assert.deepEqual([idle!.meanDurationMs, idle!.last], [undefined, undefined]);
      }));
  });
}
