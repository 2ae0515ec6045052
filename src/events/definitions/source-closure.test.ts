import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isInside, readClosure } from "./source-closure.ts";

/** A language in which a file is a list of the paths it loads. */
const lists = { dependencies: (_path: string, text: string) => text.split(" ").filter((path) => path !== "") };

function read(files: Record<string, string>, asked: string[] = []) {
  return (path: string) => {
    asked.push(path);
    return Promise.resolve(files[path]);
  };
}

describe("the closure of a script", () => {
  it("is everything it loads, each file read once, in one order", async () => {
    const files = { main: "lib/b lib/a", "lib/a": "lib/c main", "lib/b": "lib/c", "lib/c": "", other: "" };
    const asked: string[] = [];
    const sources = await readClosure(lists, "main", read(files, asked));
    assert.equal(sources?.entry, "main");
    assert.deepEqual([...(sources?.files.keys() ?? [])], ["lib/a", "lib/b", "lib/c", "main"]);
    assert.equal(sources?.files.get("lib/a"), "lib/c main");
    assert.deepEqual(asked.toSorted(), ["lib/a", "lib/b", "lib/c", "main"]);
  });

  it("leaves out what is not there, for the compiler to say so", async () => {
    const sources = await readClosure(lists, "main", read({ main: "gone" }));
    assert.deepEqual([...(sources?.files ?? [])], [["main", "gone"]]);
  });

  it("does not exist without an entry", async () => {
    assert.equal(await readClosure(lists, "main", read({})), undefined);
  });

  it("never asks for a path that leads out", async () => {
    const asked: string[] = [];
    await readClosure(lists, "main", read({ main: "../up /root a/../../b a\\b ./c a//b" }, asked));
    assert.deepEqual(asked, ["main"]);
    assert.ok(isInside(".gitlab/autoflow/main.star"));
    assert.ok(isInside("..a/b.."));
    assert.ok(!isInside("a\0b"));
    assert.ok(!isInside(""));
  });

  it("is bounded", async () => {
    const endless = { dependencies: (path: string) => [`${path}x`] };
    await assert.rejects(
      readClosure(endless, "a", () => Promise.resolve("")),
      {
        code: "SCRIPT_LOAD_FAILED",
        message: /more than 500 files/,
      },
    );
    const large = { main: "x".repeat(5 * 1024 * 1024) };
    await assert.rejects(readClosure({ dependencies: () => [] }, "main", read(large)), { code: "SCRIPT_LOAD_FAILED" });
  });
});
