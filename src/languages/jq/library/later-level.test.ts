/** What jq 1.7 and 1.7.1 added or changed, and that level 1.6 stays without it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileJq } from "../jq.ts";
import { JqSyntaxError } from "../errors.ts";
import type { Value } from "../value.ts";
import { parseJson } from "./json-text.ts";
import { printJson } from "./json-print.ts";

const plain = { level: "1.7", charge() {}, allocate() {}, now: () => 0, regex: new Map() } as const;

/** The outputs of `program` for a JSON text, as JSON texts; an error last. */
function run(program: string, input: string, level: "1.6" | "1.7" = "1.7"): string {
  const outputs: Value[] = compileJq(`[try (${program}) catch {error: .}]`, { level }).all(parseJson(plain, input));
  return printJson(plain, outputs[0]!);
}

for (const [program, input, expected] of [
  ["pick(.a[0].b)", '{"a":[{"b":1,"c":2}],"d":3}', '[{"a":[{"b":1}]}]'],
  ["pick(.[1])", "[1,2,3]", "[[null,2]]"],
  ["have_literal_numbers, have_decnum", "null", "[true,false]"],
  ["toarray", "1", "[[1]]"],
  ["toarray", "[1]", "[[1]]"],
  ["abs", "-5", "[5]"],
  ["abs", '"a"', '[{"error":"string (\\"a\\") has no absolute value"}]'],
  ["trim, ltrim, rtrim", '" \\u00a0a b\\n"', '["a b","a b\\n"," \u00a0a b"]'],
  ["trim", "1", '[{"error":"trim input must be a string"}]'],
  ['scan("a"; "i")', '"abAB"', '["a","A"]'],
  ['splits(","; null)', '"a,b"', '["a","b"]'],
  ['gsub(""; "-")', '"ab"', '["-a-b-"]'],
  ['gsub("^a"; "b")', '"aaa"', '["baa"]'],
  ['[gsub("(?<l>[ab])"; "\\(.l)1", "\\(.l)2")]', '"ab"', '[["a1b1","a2b2"]]'],
  ['indices("😀")', '"é😀😀"', "[[1,2]]"],
  ['indices("aa")', '"aaa"', "[[0,1]]"],
  ["limit(0; 1, 2)", "null", "[]"],
  ["[limit(3; repeat(. * 2))]", "1", "[[1,2,4]]"],
  ["reverse", '"añ😀"', '["😀ña"]'],
  [
    "from_entries",
    '[{"k":"a","v":1},{"key":null},{"key":false,"value":2},{"name":1}]',
    '[{"a":1,"null":null,"false":2,"1":null}]',
  ],
  ["isempty(1, error)", "null", "[false]"],
  ["any(1, error; . == 1), all(0, error; . == 1)", "null", "[true,false]"],
  ["@html", '"\'"', '["&#39;"]'],
  ["@base32d", '"NDB2S3DMN4======"', '["héllo"]'],
  ["fromjson", '"nan"', "[null]"],
  ["5 % nan, -5 % 3, 5 % 1e300", "null", "[null,-2,5]"],
  [".[1.7], .[nan]", "[1,2,3]", "[2,null]"],
  [".[nan] = 1", "[1]", '[{"error":"Cannot set array element at NaN index"}]'],
  ['ltrimstr("x"), implode?', '"xa"', '["a"]'],
  ["true | contains(false)", "null", "[false]"],
  ['contains("b")', '"a\\u0000b"', "[true]"],
] as const) {
  test(`${program} of ${input}`, () => {
    assert.equal(run(program, input), expected);
  });
}

for (const program of [
  "pick(.a)",
  "toarray",
  "abs",
  "trim",
  "ltrim",
  "rtrim",
  'scan("a"; "i")',
  "have_decnum",
  "debug(1)",
]) {
  test(`${program} is not of jq 1.6`, () => {
    assert.throws(() => compileJq(program), JqSyntaxError);
    compileJq(program, { level: "1.7" });
  });
}
