import assert from "node:assert/strict";
import { test } from "node:test";
import { JqSyntaxError } from "../../jq/errors.ts";
import { compilerFor } from "./compiler.ts";

test("an error of jq says nothing of the shell", () => {
  const compile = compilerFor({ expressionLang: "jq", jqLevel: "1.6" }, []);
  assert.throws(
    () => compile(".a | | .b"),
    (error) =>
      error instanceof JqSyntaxError &&
      error.message.startsWith("syntax error, unexpected") &&
      !/shell/.test(error.message),
  );
});
