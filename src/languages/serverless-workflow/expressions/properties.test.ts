import assert from "node:assert/strict";
import { test } from "node:test";
import { parseProperties } from "./properties-file.ts";
import { environmentOf, Properties, PropertyFile } from "./properties.ts";
import { secretText } from "./wire.ts";

test("application.properties as Java reads it", () => {
  const text = String.raw`# a comment
! another
a=1
 b : two words  
c three
d\ e\=f = g\:h
long = one, \
       two, \
       three
unicode=\u00e9\t\q
empty
dir=C:\\x\\
 next=\
`;
  assert.deepEqual(
    parseProperties(text).map(({ key, value }) => [key, value]),
    [
      ["a", "1"],
      ["b", "two words  "],
      ["c", "three"],
      ["d e=f", "g:h"],
      ["long", "one, two, three"],
      ["unicode", "é\tq"],
      ["empty", ""],
      ["dir", "C:\\x\\"],
      ["next", ""],
    ],
  );
  assert.deepEqual(
    parseProperties("\r\n  key=v\rother=w").map(({ line, column }) => [line, column]),
    [
      [2, 3],
      [3, 1],
    ],
  );
});

function properties(text: string, vars: Record<string, string> = {}, secrets: string[] = []): Properties {
  return new Properties(new PropertyFile(parseProperties(text)), { vars, secrets });
}

test("the environment comes before the file: exact, with underscores, in capitals", () => {
  const found = (vars: Record<string, string>) => properties("my.key-1=file", vars).find("my.key-1");
  assert.equal(found({}), "file");
  assert.equal(found({ MY_KEY_1: "upper" }), "upper");
  assert.equal(found({ MY_KEY_1: "upper", my_key_1: "under" }), "under");
  assert.equal(found({ MY_KEY_1: "upper", my_key_1: "under", "my.key-1": "exact" }), "exact");
  assert.equal(properties("", {}, ["MY_KEY_1"]).find("my.key-1"), secretText("MY_KEY_1"));
});

test("a variable's name finds the property that it would set", () => {
  assert.equal(properties("task_ref=x").find("TASK_REF"), "x");
  assert.equal(properties("task.ref=x").find("TASK_REF"), "x");
});

test("expressions in values: defaults, in each other, unknown, in a circle, escaped", () => {
  const all = properties(
    String.raw`a=$\{x}
url=http://${"${host:localhost}"}:${"${port:${default.port}}"}
default.port=80
unknown=${"${nowhere}"}
circle=${"${circle}"}
plain=\\${"${host}"}
indirect=${"${${which}}"}
which=default.port
blank=${"${nowhere:}"}`,
    {},
    [],
  );
  assert.equal(all.find("url"), "http://localhost:80");
  assert.equal(all.find("unknown"), undefined);
  assert.equal(all.find("circle"), undefined);
  assert.equal(all.find("plain"), "${host}");
  assert.equal(all.find("indirect"), "80");
  assert.equal(all.find("blank"), "");
  const secret = properties("auth=Bearer ${TOKEN}", {}, ["TOKEN"]);
  assert.equal(secret.find("auth"), `Bearer ${secretText("TOKEN")}`);
});

test("properties of the profile prod count before the others", () => {
  assert.equal(properties("%dev.a=1\n%prod.a=2\na=3").find("a"), "2");
  assert.equal(properties("%dev.a=1").find("a"), undefined);
});

test("no value of the environment is taken for a secret", () => {
  assert.equal(properties("", { A: "\uFDD0T\uFDD1" }).find("A"), "\uFFFDT\uFFFD");
  assert.equal(properties("", {}).find("toString"), undefined);
});

test("the names that a workflow may ask for", () => {
  const entries = parseProperties("x=${ONE:${two.b:3}}\ny=plain");
  assert.deepEqual(environmentOf(entries, ["a-b"]), ["A_B", "ONE", "TWO_B", "a-b", "a_b", "two.b", "two_b"]);
});

test("names are spelled once for all runs of a file, however many there are", () => {
  const file = new PropertyFile(parseProperties("a.b=x"));
  assert.equal(file.spellings("a.b"), file.spellings("a.b"));
  assert.deepEqual(file.spellings("a.b"), ["a.b", "a_b", "A_B"]);
  for (let i = 0; i < 2000; i++) assert.deepEqual(file.spellings(`n.${i}`).at(-1), `N_${i}`);
  const one = new Properties(file, { vars: { A_B: "one" }, secrets: [] });
  const other = new Properties(file, { vars: {}, secrets: ["a_b"] });
  assert.deepEqual([one.find("a.b"), other.find("a.b")], ["one", secretText("a_b")]);
});

test("which name a property lacks is known", () => {
  const text = "a=${A}\nb=${B:x}\nc=${a}\nd=${F:${G}}\nround=${round}";
  const missing = (vars: Record<string, string>, key: string) => properties(text, vars).missingFor(key);
  assert.deepEqual(
    ["a", "b", "c", "d", "e"].map((key) => missing({}, key)),
    ["A", undefined, "A", undefined, undefined],
  );
  assert.equal(missing({ A: "1" }, "a"), undefined);
  assert.equal(missing({ A: "1" }, "c"), undefined);
  assert.equal(missing({}, "round"), "round");
});
