import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { it } from "node:test";
import { loadConfig } from "../../config/load.ts";
import { checkGitLab, checkPolling } from "./gitlab.ts";

const today = Date.UTC(2026, 10, 21);

/** A GitLab that knows these tokens. */
async function gitlab(
  tokens: Record<string, { self?: object; username?: string }>,
): Promise<AsyncDisposable & { url: string }> {
  const server = createServer(({ url, headers }, response) => {
    const known = tokens[String(headers["private-token"])];
    const isSelf = url === "/api/v4/personal_access_tokens/self";
    const body = isSelf ? known?.self : known;
    response.writeHead(body === undefined ? (isSelf && known !== undefined ? 404 : 401) : 200, {
      "content-type": "application/json",
    });
    response.end(JSON.stringify(body ?? { message: "no" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function check(flags: object): Promise<string[]> {
  const { config } = loadConfig({ folder: import.meta.dirname, environment: {}, flags });
  const findings = await checkGitLab(config, {}, today);
  return findings.map(
    ({ name, result, detail, hint }) => `${result} ${name}: ${detail}${hint === undefined ? "" : ` | ${hint}`}`,
  );
}

it("tells of every token whether it works and what it is good for", async () => {
  await using server = await gitlab({
    good: { self: { name: "bot", scopes: ["api"], expires_at: "2027-11-21" } },
    reads: { self: { name: "reader", scopes: ["read_api"], expires_at: null } },
    ends: { self: { name: "old", scopes: ["api"], expires_at: "2026-11-30" } },
    files: { self: { name: "files", scopes: ["read_repository"] } },
    oauth: { username: "sam" },
  });
  const { url } = server;
  const project = (token: string) => ({ gitlab: { url, token } });
  const projects = {
    "1": project("good"),
    "2": project("good"),
    "3": project("reads"),
    "4": project("ends"),
    "5": project("files"),
    "6": project("oauth"),
    "7": project("wrong"),
  };
  assert.deepEqual(await check({ projects }), [
    `ok gitlab token of 1, 2: "bot" of ${url}: api, until 2027-11-21`,
    `warning gitlab token of 3: "reader" of ${url}: read_api | Scripts can only read with it; changes need the scope api.`,
    `warning gitlab token of 4: "old" of ${url}: api, until 2026-11-30 | It ends soon: rotate it.`,
    `warning gitlab token of 5: "files" of ${url}: read_repository | Scripts can call nothing with it: that needs the scope api, or read_api to read. See docs/guides/gitlab-api.md.`,
    `ok gitlab token of 6: ${url} knows it as sam`,
    `problem gitlab token of 7: ${url} does not accept it | It is wrong, expired or revoked: make a new one. See docs/guides/gitlab-api.md.`,
  ]);
});

it("looks at the common token, and at none where there is none", async () => {
  await using server = await gitlab({ common: { self: { name: "all", scopes: ["api"] } } });
  const { url } = server;
  const projects = { "1": { vars: { A: "b" } } };
  assert.deepEqual(await check({ projects, gitlab: { url, token: "common" } }), [
    `ok gitlab token of 1, *: "all" of ${url}: api`,
  ]);
  assert.deepEqual(await check({ projects }), []);
  const [finding] = await check({ gitlab: { url: "http://127.0.0.1:1", token: "x" } });
  assert.match(finding!, /^problem gitlab token of \*: http:\/\/127\.0\.0\.1:1 does not answer: /);
});

it("tells of every polled project whether it can be read", async () => {
  await using server = await gitlab({ good: {} });
  const { url } = server;
  const polled = (token: string) => ({ gitlab: { url, token }, poll: {} });
  const flags = {
    projects: { "1": polled("good"), "2": polled("wrong"), "3": { gitlab: { url }, poll: {} }, "4": {} },
  };
  const { config } = loadConfig({ folder: import.meta.dirname, environment: {}, flags });
  assert.deepEqual(
    (await checkPolling(config, {})).map(({ name, result, detail }) => `${result} ${name}: ${detail}`),
    [
      `ok polling of 1: ${url} tells what happens in it`,
      `problem polling of 2: ${url} answered 401`,
      "problem polling of 3: there is no token to ask GitLab with",
    ],
  );
});
