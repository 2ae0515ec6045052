import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { valueOf } from "../testing/function-under-test.ts";
import type { ParameterStyle } from "./rest-plan.ts";
import { writeHeader, writePath, writeQuery } from "./serialize.ts";

const string = "blue";
const array = ["blue", "black", "brown"];
const object = { R: 100, G: 200, B: 150 };

type Row = [style: ParameterStyle, explode: boolean, value: unknown, written: string];

describe("a path parameter", () => {
  const rows: Row[] = [
    ["simple", false, "", ""],
    ["simple", false, string, "blue"],
    ["simple", false, array, "blue,black,brown"],
    ["simple", false, object, "R,100,G,200,B,150"],
    ["simple", true, string, "blue"],
    ["simple", true, array, "blue,black,brown"],
    ["simple", true, object, "R=100,G=200,B=150"],
    ["label", false, "", "."],
    ["label", false, string, ".blue"],
    ["label", false, array, ".blue,black,brown"],
    ["label", false, object, ".R,100,G,200,B,150"],
    ["label", true, array, ".blue.black.brown"],
    ["label", true, object, ".R=100.G=200.B=150"],
    ["matrix", false, "", ";color"],
    ["matrix", false, string, ";color=blue"],
    ["matrix", false, array, ";color=blue,black,brown"],
    ["matrix", false, object, ";color=R,100,G,200,B,150"],
    ["matrix", true, string, ";color=blue"],
    ["matrix", true, array, ";color=blue;color=black;color=brown"],
    ["matrix", true, object, ";R=100;G=200;B=150"],
    ["simple", false, "group/sub app", "group%2Fsub%20app"],
    ["simple", false, "a,b", "a%2Cb"],
    ["simple", false, ["a,b", "c/d"], "a%2Cb,c%2Fd"],
    ["simple", false, "50%é'()!*", "50%25%C3%A9%27%28%29%21%2A"],
    ["simple", false, true, "true"],
    ["simple", false, 1.5, "1.5"],
    ["simple", false, ["a", null, "b"], "a,b"],
    ["pipeDelimited", false, ["a", "b"], "a%7Cb"],
    ["json", false, { a: "b" }, "%7B%22a%22%3A%22b%22%7D"],
  ];
  for (const [style, explode, value, written] of rows) {
    it(`of style ${style}${explode ? ", exploded" : ""}: ${JSON.stringify(value)} is ${JSON.stringify(written)}`, () => {
      assert.equal(writePath(valueOf(value), { name: "color", style, explode }), written);
    });
  }
});

describe("a query parameter", () => {
  const rows: Row[] = [
    ["form", false, "", "color="],
    ["form", false, string, "color=blue"],
    ["form", false, array, "color=blue,black,brown"],
    ["form", false, object, "color=R,100,G,200,B,150"],
    ["form", true, string, "color=blue"],
    ["form", true, array, "color=blue&color=black&color=brown"],
    ["form", true, object, "R=100&G=200&B=150"],
    ["spaceDelimited", false, array, "color=blue%20black%20brown"],
    ["spaceDelimited", false, object, "color=R%20100%20G%20200%20B%20150"],
    ["pipeDelimited", false, array, "color=blue%7Cblack%7Cbrown"],
    ["pipeDelimited", false, object, "color=R%7C100%7CG%7C200%7CB%7C150"],
    ["tabDelimited", false, array, "color=blue%09black%09brown"],
    ["deepObject", true, object, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"],
    ["deepObject", true, { a: { b: 1 }, c: [1, 2] }, "color%5Ba%5D%5Bb%5D=1&color%5Bc%5D=1&color%5Bc%5D=2"],
    ["form", true, [], ""],
    ["form", false, [], ""],
    ["form", true, {}, ""],
    ["form", true, null, ""],
    ["form", true, { a: null, b: "x&y" }, "b=x%26y"],
    ["form", true, [{ a: 1 }], "color=%7B%22a%22%3A1%7D"],
    ["spaceDelimited", false, "one", "color=one"],
    ["json", false, { a: ["é"] }, "color=%7B%22a%22%3A%5B%22%C3%A9%22%5D%7D"],
    ["json", false, "text", "color=%22text%22"],
  ];
  for (const [style, explode, value, written] of rows) {
    it(`of style ${style}${explode ? ", exploded" : ""}: ${JSON.stringify(value)} is ${JSON.stringify(written)}`, () => {
      assert.equal(writeQuery(valueOf(value), { name: "color", style, explode }).join("&"), written);
    });
  }

  it("keeps reserved characters where the document allows them, but for those that end or change the query", () => {
    const writing = { name: "u", style: "form", explode: true, allowReserved: true } as const;
    assert.deepEqual(writeQuery("https://a:1/b?c=d;e,f%20g@!$'()*", writing), ["u=https://a:1/b?c=d;e,f%20g@!$'()*"]);
    assert.deepEqual(writeQuery("a&b#c[d]+é 5%", writing), ["u=a%26b%23c%5Bd%5D%2B%C3%A9%205%25"]);
  });

  it("has its name encoded", () => {
    assert.deepEqual(writeQuery("1", { name: "filter[a b]", style: "form", explode: true }), ["filter%5Ba%20b%5D=1"]);
  });

  it("says that a secret in it is to be encoded", () => {
    const text = "key \ufdd0TOKEN\ufdd1&";
    assert.deepEqual(writeQuery(text, { name: "q", style: "form", explode: true }), [
      "q=key%20\ufdd0TOKEN\ufdd2percent\ufdd1%26",
    ]);
  });
});

describe("a header", () => {
  const rows: Row[] = [
    ["simple", false, array, "blue,black,brown"],
    ["simple", false, object, "R,100,G,200,B,150"],
    ["simple", true, object, "R=100,G=200,B=150"],
    ["simple", false, "a b/c", "a b/c"],
    ["json", false, object, '{"R":100,"G":200,"B":150}'],
  ];
  for (const [style, explode, value, written] of rows) {
    it(`of style ${style}${explode ? ", exploded" : ""}: ${JSON.stringify(value)} is ${JSON.stringify(written)}`, () => {
      assert.equal(writeHeader(valueOf(value), { name: "X-Color", style, explode }), written);
    });
  }
});
