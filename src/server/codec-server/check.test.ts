import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import type { CodecServerConfig } from "../../config/config.ts";
import { makeAuthority, type IssueOptions } from "../../engines/temporal/testing/certificates.ts";
import { systemClock } from "../../host/clock.ts";
import { checkCodecServer } from "./check.ts";

const dayMs = 86_400_000;

describe("what doctor says of the codec server", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-codec-check-"));
  const authority = makeAuthority("authority");
  after(() => rmSync(folder, { recursive: true }));

  function pair(name: string, options: IssueOptions): { certificateFile: string; keyFile: string } {
    const { certificate, key } = authority.issue("codec.test", options);
    const files = { certificateFile: path.join(folder, `${name}.crt`), keyFile: path.join(folder, `${name}.key`) };
    writeFileSync(files.certificateFile, certificate);
    writeFileSync(files.keyFile, key);
    return files;
  }

  async function check(changes: Partial<CodecServerConfig>): Promise<[result: string, detail: string][]> {
    const config = {
      listen: { host: "127.0.0.1", port: 8142 },
      tls: undefined,
      path: "/",
      webUiUrl: undefined,
      authentication: undefined,
      ...changes,
    };
    return (await checkCodecServer(config, systemClock)).map(({ result, detail }) => [result, detail]);
  }

  it("is well when it serves this machine", async () => {
    const tls = pair("good", { validTo: Date.now() + 30 * dayMs });
    assert.deepEqual(await check({ tls }), [["ok", "127.0.0.1:8142, for every program of this machine"]]);
  });

  it("is its certificate, where that has expired, is not valid yet or soon no more", async () => {
    const now = Date.now();
    const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    const cases: [IssueOptions, string, string][] = [
      [
        { validFrom: now - 2 * dayMs, validTo: now - dayMs },
        "problem",
        `its certificate expired on ${day(now - dayMs)}`,
      ],
      [
        { validFrom: now + dayMs, validTo: now + 30 * dayMs },
        "problem",
        `its certificate is valid only from ${day(now + dayMs)} on`,
      ],
      [{ validTo: now + 3 * dayMs }, "warning", `its certificate is valid until ${day(now + 3 * dayMs)}`],
    ];
    for (const [index, [options, result, detail]] of cases.entries()) {
      assert.deepEqual(await check({ tls: pair(`${index}`, options) }), [[result, detail]]);
    }
    const [one, other] = [pair("one", {}), pair("other", {})];
    const [[result, detail] = ["", ""]] = await check({ tls: { ...one, keyFile: other.keyFile } });
    assert.equal(result, "problem");
    assert.match(detail, /one\.crt with the key .*other\.key cannot be used/);
  });

  it("is plain HTTP, where pages by HTTPS are to ask it", async () => {
    const beyond = { listen: { host: "0.0.0.0", port: 8142 }, webUiUrl: "https://cloud.temporal.io" };
    assert.deepEqual(await check(beyond), [
      ["warning", "it speaks plain HTTP, and pages of https://cloud.temporal.io may ask only by HTTPS"],
    ]);
    assert.deepEqual((await check({ ...beyond, webUiUrl: "http://temporal.internal" }))[0]?.[0], "ok");
  });
});
