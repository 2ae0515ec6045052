import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SecretText, type WireValue } from "../../core/wire.ts";
import { actionCall, describeAction } from "../action.suite.ts";
import { type Asked, errorOf, json, perform, setUp, token, valueOf } from "./testing-server.ts";

describeAction("gitlab", { unusable: { method: "GET", path: "../x" }, answersAtOnce: false }, async () => {
  const setup = await setUp(({ url, body }, response) => {
    if (!url.endsWith("/endless")) json(response, { got: body });
  });
  return {
    action: setup.action,
    succeeding: { method: "POST", path: "projects/1/variables", body: { value: new SecretText([{ name: "TOKEN" }]) } },
    endless: { method: "GET", path: "endless" },
    close: async () => setup[Symbol.asyncDispose](),
  };
});

describe("gitlab: the request", () => {
  it("goes below /api/v4 with token, query and JSON", async () => {
    await using setup = await setUp((_, response) => json(response, { iid: 7 }, 201));
    const { status_code, body } = await valueOf(setup.action, {
      method: "POST",
      path: "/projects/:id/issues",
      query: [
        ["a b", "ä&1"],
        ["iids[]", "1"],
      ],
      body: {
        title: "Crash",
        weight: 1.5,
        big: 12345678901234567890n,
        secret: new SecretText(["x", { name: "TOKEN" }]),
      },
    });
    assert.equal(status_code, 201);
    assert.deepEqual(body, { iid: 7 });
    const [{ method, url, headers, body: sent }] = setup.asked as [Asked];
    assert.equal(`${method} ${url}`, "POST /api/v4/projects/42/issues?a+b=%C3%A4%261&iids%5B%5D=1");
    assert.equal(headers["private-token"], token);
    assert.equal(headers["content-type"], "application/json");
    assert.equal(headers["user-agent"], "AutoFlow/test");
    assert.equal(headers["idempotency-key"], actionCall(null).idempotencyKey);
    assert.equal(sent, '{"title":"Crash","weight":1.5,"big":12345678901234567890,"secret":"xs3cr3t-value"}');
  });

  it("encodes what a URL cannot hold, and leaves what is encoded", async () => {
    await using setup = await setUp((_, response) => json(response, null));
    const paths: [string, string][] = [
      ["projects/group%2Fproject/repository/files/a%2Fb.md", "projects/group%2Fproject/repository/files/a%2Fb.md"],
      ["projects/:id/labels/größe 5%", "projects/group%2Fname/labels/gr%C3%B6%C3%9Fe%205%25"],
      ["users/a\\b", "users/a%5Cb"],
    ];
    for (const [path, sent] of paths) {
      await valueOf(setup.action, { method: "GET", path }, { project: "group/name" });
      assert.equal(setup.asked.at(-1)!.url, `/api/v4/${sent}`);
    }
  });

  it("never leads out of the API", async () => {
    await using setup = await setUp((_, response) => json(response, null));
    const refused: [WireValue, RegExp][] = [
      ["https://elsewhere.example/api/v4/user", /must not be an absolute address/],
      ["../../admin", /must not hold "\." or "\.\."/],
      ["projects/42/%2e%2E/43", /must not hold "\."/],
      ["projects/42%2F..%2F43", /must not hold "\."/],
      ["projects/42/%252e%252e/43", /must not hold "\."/],
      ["projects\\..\\..", /must not hold "\."/],
      ["projects//issues", /has an empty segment/],
      ["//elsewhere.example/x", /has an empty segment/],
      ["", /has an empty segment/],
      ["projects/42/issues?labels=a", /must not hold "\?"/],
      ["api/v4/projects", /must not begin with api\/v4/],
      [7, /path must be text, got 7/],
    ];
    for (const [path, problem] of refused) {
      const error = await errorOf(setup.action, { method: "GET", path });
      assert.equal(error.code, "ACTION_INPUT_INVALID");
      assert.match(error.message, problem);
    }
    assert.equal(setup.asked.length, 0);
  });

  it("says what is wrong with the other parts of the input", async () => {
    await using setup = await setUp((_, response) => json(response, null));
    const refused: [WireValue, RegExp][] = [
      [{ method: "get", path: "x" }, /method must be one of GET, HEAD, POST, PUT, PATCH, DELETE, got "get"/],
      [{ method: "GET", path: "x", query: { a: "b" } }, /query must be a list of \[name, value\] pairs, got an object/],
      [{ method: "GET", path: "x", query: [["a", 1]] }, /each item of query must be a \[name, value\] pair of texts/],
      [{ method: "POST", path: "x", body: { a: new Uint8Array(2) } }, /body holds bytes/],
      [{ method: "GET", path: "x", headers: [] }, /"headers" is not one of its fields/],
      [[], /it is not an object/],
    ];
    for (const [input, problem] of refused) assert.match((await errorOf(setup.action, input)).message, problem);
    const unknown = await errorOf(setup.action, {
      method: "POST",
      path: "x",
      body: new SecretText([{ name: "NONE" }]),
    });
    assert.equal(unknown.code, "SECRET_UNKNOWN");
  });
});

describe("gitlab: the answer", () => {
  it("is parsed JSON, text, bytes, or nothing", async () => {
    await using setup = await setUp(({ url }, response) => {
      if (url.endsWith("/json")) return json(response, { a: [1, 1.5, null, "é"] });
      if (url.endsWith("/none")) return response.writeHead(204).end();
      if (url.endsWith("/same")) return response.writeHead(304).end();
      response.setHeader("content-type", "text/plain");
      return response.end(url.endsWith("/bytes") ? Buffer.from([0xff, 0x00]) : '{"raw": true}');
    });
    const body = async (path: string) => (await valueOf(setup.action, { method: "GET", path })).body;
    assert.deepEqual(await body("json"), { a: [1, 1.5, null, "é"] });
    assert.equal(await body("text"), '{"raw": true}');
    assert.equal(await body("none"), null);
    assert.equal(await body("same"), null);
    const answer = await perform(setup.action, { method: "GET", path: "bytes" });
    assert.ok("value" in answer);
    assert.match(answer.value, /"\$bytes":"\/wA="/);
  });

  it("tells the next page of keyset and offset paging", async () => {
    const link =
      '<http://gitlab.example/api/v4/projects?page=1>; rel="first", <http://gitlab.example/api/v4/projects?cursor=eyJ%3D&per_page=2>; rel="next"';
    await using setup = await setUp(({ url }, response) => {
      const headers: Record<string, string> = url.includes("keyset")
        ? { link }
        : { "x-next-page": url.includes("last") ? "" : "3" };
      json(response, [], 200, headers);
    });
    const next = async (path: string) =>
      (
        await valueOf(setup.action, {
          method: "GET",
          path,
          query: [
            ["page", "2"],
            ["state", "opened"],
          ],
        })
      ).next;
    assert.deepEqual(await next("keyset"), [
      ["cursor", "eyJ="],
      ["per_page", "2"],
    ]);
    assert.deepEqual(await next("offset"), [
      ["state", "opened"],
      ["page", "3"],
    ]);
    assert.equal(await next("last"), null);
  });

  it("is a failure with GitLab's words when the status is no success", async () => {
    const bodies: Record<string, [number, unknown]> = {
      missing: [404, { message: "404 Issue Not Found" }],
      field: [400, { message: { title: ["can't be blank", "is too short"], base: ["no"] } }],
      error: [400, { error: "title is missing" }],
      oauth: [401, { error: "invalid_token", error_description: "Token was revoked." }],
    };
    await using setup = await setUp(({ url }, response) => {
      const [status, body] = bodies[url.split("/").at(-1)!]!;
      json(response, body, status);
    });
    const failure = async (path: string) => errorOf(setup.action, { method: "PUT", path, body: {} });
    assert.deepEqual(await failure("missing"), {
      type: "gitlab",
      code: "GITLAB_STATUS",
      message: "PUT missing answered 404 Not Found: 404 Issue Not Found",
      retryable: false,
      details: { status_code: 404, message: "404 Issue Not Found" },
    });
    assert.match((await failure("field")).message, /: title can't be blank, is too short; no$/);
    assert.match((await failure("error")).message, /400 Bad Request: title is missing$/);
    assert.match((await failure("oauth")).message, /401 Unauthorized: Token was revoked\.$/);
  });

  it("tells how full paths are written when one was not encoded", async () => {
    await using setup = await setUp((_, response) => json(response, { error: "404 Not Found" }, 404));
    const message = async (path: string) => (await errorOf(setup.action, { method: "GET", path })).message;
    assert.match(
      await message("projects/acme/web/issues"),
      /one segment, with its slashes encoded: projects\/group%2Fproject$/,
    );
    for (const path of ["projects/acme%2Fweb/issues", "projects/42/issues/9", "groups/acme/epics/9", "projects/42"]) {
      assert.match(await message(path), /404 Not Found$/);
    }
  });

  it("may be tried again when trying again can help", async () => {
    await using setup = await setUp(({ url }, response) => {
      const status = Number(url.split("/").at(-1));
      json(response, { message: status === 409 ? "Failed to obtain a lock. Please retry later" : "no" }, status);
    });
    const retried = async (method: string) => {
      const statuses = [400, 401, 403, 404, 408, 409, 412, 422, 425, 429, 500, 501, 502, 503, 504];
      const failures = await Promise.all(
        statuses.map((status) => errorOf(setup.action, { method, path: `${status}` })),
      );
      return statuses.filter((_, i) => failures[i]!.retryable);
    };
    assert.deepEqual(await retried("GET"), [408, 409, 425, 429, 500, 501, 502, 503, 504]);
    assert.deepEqual(await retried("POST"), [408, 409, 425, 429, 502, 503, 504]);
  });
});

describe("gitlab: the token", () => {
  it("is in no answer and no failure", async () => {
    await using setup = await setUp(({ method, headers }, response) => {
      const body = { message: `you sent ${String(headers["private-token"])}`, [token]: [token] };
      json(response, body, method === "GET" ? 200 : 403);
    });
    const answers = await Promise.all(
      ["GET", "PUT"].map(async (method) => perform(setup.action, { method, path: "projects", query: [["t", token]] })),
    );
    for (const answer of answers) {
      assert.doesNotMatch(JSON.stringify(answer), /glpat/);
      assert.match(JSON.stringify(answer), /you sent \*\*\*/);
    }
  });

  it("follows redirects within the instance only", async () => {
    await using elsewhere = await setUp((_, response) => json(response, "elsewhere"));
    await using setup = await setUp(({ url }, response) => {
      if (url === "/api/v4/new") return json(response, "here");
      const target = url.endsWith("/moved")
        ? "/api/v4/new"
        : url.endsWith("/out")
          ? `${elsewhere.url}/api/v4/x`
          : "/admin";
      return response.writeHead(301, { location: target }).end();
    });
    assert.equal((await valueOf(setup.action, { method: "GET", path: "moved" })).body, "here");
    for (const path of ["out", "page"]) {
      const error = await errorOf(setup.action, { method: "GET", path });
      assert.match(
        error.message,
        /answered 301 Moved Permanently\. It redirects to .*; configure the address that GitLab/,
      );
    }
    assert.equal(elsewhere.asked.length, 0);
  });

  it("that all projects share is used for the run's own project only", async () => {
    await using setup = await setUp(
      (_, response) => json(response, null),
      (url) => ({ url, token, onlyFor: ["42", "group/name"] }),
    );
    for (const path of ["projects/:id/issues", "projects/42", "projects/group%2Fname/issues"]) {
      await valueOf(setup.action, { method: "GET", path });
    }
    for (const path of ["projects/43/issues", "groups/42", "projects", "user", "projects/group%2Fother"]) {
      const error = await errorOf(setup.action, { method: "GET", path });
      assert.equal(error.code, "GITLAB_ACCESS");
      assert.match(error.message, /is outside of the run's own project/);
    }
    assert.equal(setup.asked.length, 3);
  });

  it("may be absent, and then a refusal says so", async () => {
    await using setup = await setUp(
      (_, response) => json(response, { message: "401 Unauthorized" }, 401),
      (url) => ({ url }),
    );
    const error = await errorOf(setup.action, { method: "GET", path: "user" });
    assert.equal(setup.asked[0]!.headers["private-token"], undefined);
    assert.match(error.message, /The call was made without a token; configure projects\.<project>\.gitlab\.token/);
    await using none = await setUp(
      () => {},
      () => undefined,
    );
    assert.equal((await errorOf(none.action, { method: "GET", path: "user" })).code, "GITLAB_ACCESS");
  });
});

describe("gitlab: limits", () => {
  it("says when a call may be tried again", async () => {
    const date = new Date(Date.UTC(2020, 0, 1));
    await using setup = await setUp(({ url }, response) => {
      const headers: Record<string, string> = url.endsWith("/after")
        ? { "retry-after": "17" }
        : { "ratelimit-reset": String(date.getTime() / 1000 + 23), date: date.toUTCString() };
      json(response, { message: "slow down" }, 429, headers);
    });
    assert.equal((await errorOf(setup.action, { method: "GET", path: "after" })).retryAfterMs, 17_000);
    assert.equal((await errorOf(setup.action, { method: "GET", path: "reset" })).retryAfterMs, 23_000);
  });

  it("sends nothing more with a token that has no calls left", async () => {
    const date = new Date();
    await using setup = await setUp((_, response) => {
      const reset = String(Math.floor(date.getTime() / 1000) + 100);
      json(response, null, 200, { "ratelimit-remaining": "0", "ratelimit-reset": reset, date: date.toUTCString() });
    });
    await valueOf(setup.action, { method: "GET", path: "user" });
    const error = await errorOf(setup.action, { method: "GET", path: "user" });
    assert.equal(error.code, "GITLAB_RATE_LIMITED");
    assert.equal(error.retryable, true);
    assert.ok(error.retryAfterMs! > 90_000 && error.retryAfterMs! <= 100_000);
    assert.equal(setup.asked.length, 1);
  });

  it("waits for a limit that begins anew within the attempt's time", async () => {
    const date = new Date(Math.floor(Date.now() / 1000) * 1000);
    let left = 1;
    await using setup = await setUp((_, response) => {
      left--;
      const reset = String(date.getTime() / 1000 + 1);
      json(
        response,
        left,
        200,
        left >= 0 ? { "ratelimit-remaining": "0", "ratelimit-reset": reset, date: date.toUTCString() } : {},
      );
    });
    await valueOf(setup.action, { method: "GET", path: "user" });
    const controller = new AbortController();
    const aborted = errorOf(setup.action, { method: "GET", path: "user" }, { signal: controller.signal });
    const waited = valueOf(setup.action, { method: "GET", path: "user" });
    controller.abort();
    assert.equal((await aborted).code, "ACTION_INTERRUPTED");
    assert.equal((await waited).body, -1);
    assert.equal(setup.asked.length, 2);
  });
});
