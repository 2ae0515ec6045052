import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MissingFile } from "../../core/program.ts";
import type { OtherProjectFile } from "../../core/source-path.ts";
import { readClosure } from "./source-closure.ts";

/** A language in which a file is a list of the paths it loads. */
const lists = { dependencies: (_path: string, text: string) => text.split(" ").filter((path) => path !== "") };

function filesOf(files: Record<string, string | Uint8Array | MissingFile>, asked: string[] = []) {
  const read = (path: string) => {
    asked.push(path);
    const content = files[path] ?? {};
    return Promise.resolve(typeof content === "string" ? new TextEncoder().encode(content) : content);
  };
  return { own: { read } };
}

describe("the closure of a script", () => {
  it("is everything it loads, each file read once, in one order", async () => {
    const files = { main: "lib/b lib/a", "lib/a": "lib/c main", "lib/b": "lib/c", "lib/c": "", other: "" };
    const asked: string[] = [];
    const sources = await readClosure(lists, "main", filesOf(files, asked));
    assert.equal(sources?.entry, "main");
    assert.deepEqual([...(sources?.files.keys() ?? [])], ["lib/a", "lib/b", "lib/c", "main"]);
    assert.equal(sources?.files.get("lib/a"), "lib/c main");
    assert.deepEqual(asked.toSorted(), ["lib/a", "lib/b", "lib/c", "main"]);
    assert.equal(sources?.missing, undefined);
  });

  it("tells what is known of a file that is not there", async () => {
    const sources = await readClosure(lists, "main", filesOf({ main: "gone link", link: { reason: "it is a link" } }));
    assert.deepEqual([...(sources?.files ?? [])], [["main", "gone link"]]);
    assert.deepEqual(
      [...(sources?.missing ?? [])],
      [
        ["gone", {}],
        ["link", { reason: "it is a link" }],
      ],
    );
  });

  it("does not exist without an entry; one that cannot be read is told", async () => {
    assert.equal(await readClosure(lists, "main", filesOf({})), undefined);
    const sources = await readClosure(lists, "main", filesOf({ main: { reason: "it is a folder" } }));
    assert.deepEqual([...(sources?.missing ?? [])], [["main", { reason: "it is a folder" }]]);
  });

  it("never asks for a path that leads out", async () => {
    const asked: string[] = [];
    await readClosure(lists, "main", filesOf({ main: "../up /root a/../../b a\\b ./c a//b" }, asked));
    assert.deepEqual(asked, ["main"]);
  });

  it("is UTF-8 text, without byte order marks", async () => {
    const files = { main: "\ufeffbad é", bad: new Uint8Array([0x61, 0xc3, 0xa9, 0xff, 0x62]), é: "" };
    const sources = await readClosure(lists, "main", filesOf(files));
    assert.equal(sources?.files.get("main"), "bad é");
    assert.deepEqual(sources?.missing?.get("bad"), { reason: "it is not UTF-8 text: the byte at offset 3 is wrong" });
  });

  it("asks for files of other projects elsewhere", async () => {
    const asked: OtherProjectFile[] = [];
    const libraries = {
      read: (file: OtherProjectFile) => {
        asked.push(file);
        return Promise.resolve(new TextEncoder().encode(""));
      },
    };
    const { own } = filesOf({ main: "@g/p//x.star@v1" });
    const sources = await readClosure(lists, "main", { own, libraries });
    assert.deepEqual([...(sources?.files.keys() ?? [])], ["@g/p//x.star@v1", "main"]);
    assert.deepEqual(asked, [{ project: "g/p", path: "x.star", ref: "v1" }]);
    const without = await readClosure(lists, "main", { own });
    assert.match(without?.missing?.get("@g/p//x.star@v1")?.reason ?? "", /cannot be loaded here/);
  });

  it("is bounded", async () => {
    const endless = { dependencies: (path: string) => [`${path}x`] };
    const all = { own: { read: () => Promise.resolve(new Uint8Array()) } };
    const sources = await readClosure(endless, "a", all);
    assert.equal(sources?.files.size, 256);
    assert.match([...(sources?.missing?.values() ?? [])][0]?.reason ?? "", /may load 256 files, or 16 Mi characters/);
    const large = {
      own: { read: (path: string) => Promise.resolve(new Uint8Array(path === "aaa" ? 1 : 9e6).fill(97)) },
    };
    const twice = await readClosure({ dependencies: (path) => [`${path}a`] }, "a", large);
    assert.deepEqual([...(twice?.files.keys() ?? [])], ["a", "aa"]);
  });
});
