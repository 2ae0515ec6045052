import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Failure } from "../../../core/failure.ts";
import { matchesError } from "./error-match.ts";

const notFound: Failure = {
  type: "http",
  code: "HTTP_STATUS",
  message: "getIssue: specs/x.yaml#getIssue answered with status code 404 (Not Found): Issue [12] is gone",
  retryable: false,
  details: { status_code: 404, body: "Issue [12] is gone" },
};
const refused: Failure = {
  type: "http",
  code: "HTTP_CONNECTION_FAILED",
  message: "no answer from shop.example:443: the connection was refused (ECONNREFUSED)",
  retryable: true,
  details: { cause: "ECONNREFUSED" },
};
const unknownHost: Failure = { ...refused, details: { cause: "ENOTFOUND" } };
const slow: Failure = {
  type: "http",
  code: "HTTP_TIMEOUT",
  message: "GET https://a took longer than 5 ms",
  retryable: true,
};

describe("an error definition", () => {
  const cases: [code: string | undefined, failure: Failure, expected: boolean][] = [
    [undefined, refused, true],
    ["404", notFound, true],
    ["HTTP:404", notFound, true],
    ["500", notFound, false],
    ["HTTP:500", notFound, false],
    ["404", refused, false],
    ["HTTP_TIMEOUT", slow, true],
    ["HTTP_TIMEOUT", refused, false],
    ["Issue \\[\\d+\\] is gone", notFound, true],
    ["(?i)issue .* GONE", notFound, true],
    ["\\QIssue [12]\\E is", notFound, true],
    ["issue", notFound, false],
    ["connection was refused", refused, true],
    ["(?:status code )++40[0-9]", notFound, true],
    ["answered with status code 4\\d\\d", notFound, true],
    ["^((a|a)*)*$", { ...notFound, message: `${"a".repeat(4000)}!` }, false],
    ["[unclosed", { ...notFound, message: "an [unclosed bracket" }, true],
    ["java.lang.RuntimeException", notFound, true],
    ["jakarta.ws.rs.WebApplicationException", notFound, true],
    ["javax.ws.rs.NotFoundException", notFound, true],
    ["jakarta.ws.rs.BadRequestException", notFound, false],
    ["jakarta.ws.rs.ClientErrorException", notFound, true],
    ["jakarta.ws.rs.ServerErrorException", notFound, false],
    ["jakarta.ws.rs.ProcessingException", refused, true],
    ["jakarta.ws.rs.ProcessingException", notFound, false],
    ["java.net.ConnectException", refused, true],
    ["java.net.UnknownHostException", refused, false],
    ["java.net.UnknownHostException", unknownHost, true],
    ["java.util.concurrent.TimeoutException", slow, true],
    ["java.util.concurrent.TimeoutException", refused, false],
    ["org.acme.OutOfStockException", notFound, false],
    ["org.acme.OutOfStockException", { ...notFound, message: "said org.acme.OutOfStockException: none" }, true],
  ];
  for (const [code, failure, expected] of cases) {
    it(`${code ?? "without a code"} is ${expected ? "" : "not "}meant by ${failure.code}`, () => {
      assert.equal(matchesError(code === undefined ? {} : { code }, failure), expected);
    });
  }
});
