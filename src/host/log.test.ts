import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLog, type LogOptions } from "./log.ts";

function written(options: Omit<LogOptions, "write">, use: (log: ReturnType<typeof createLog>) => void): string[] {
  const lines: string[] = [];
  use(createLog({ ...options, write: (line) => void lines.push(line) }));
  return lines;
}

describe("log", () => {
  it("writes JSON lines with time, level, message and fields", () => {
    const [line] = written({ level: "info", format: "json" }, (log) =>
      log.warn("disk is nearly full", { freeBytes: 5 }),
    );
    const { time, ...rest } = JSON.parse(line!) as Record<string, unknown>;
    assert.match(String(time), /^\d{4}-\d\d-\d\dT.*Z$/);
    assert.deepEqual(rest, { level: "warn", message: "disk is nearly full", freeBytes: 5 });
  });

  it("writes an error with its code, stack and cause", () => {
    const error = Object.assign(new Error("outer", { cause: new Error("inner") }), { code: "STORE_FAILED" });
    const [line] = written({ level: "info", format: "json" }, (log) => log.error("failed", { error }));
    const parsed = JSON.parse(line!) as { error: { code: string; stack: string; cause: { message: string } } };
    assert.equal(parsed.error.code, "STORE_FAILED");
    assert.match(parsed.error.stack, /outer/);
    assert.equal(parsed.error.cause.message, "inner");
  });

  it("writes one readable line with values that can be told apart", () => {
    const fields = {
      url: "http://127.0.0.1:8080",
      note: 'two words, "quoted"',
      count: 3n,
      list: [1],
      absent: undefined,
    };
    const [line] = written({ level: "info", format: "text" }, (log) => log.info("listening", fields));
    assert.match(
      line!,
      /^\S+Z INFO {2}listening url=http:\/\/127\.0\.0\.1:8080 note="two words, \\"quoted\\"" count=3n list=\[ 1 \]\n$/,
    );
  });

  it("lets no text move the cursor or end the line", () => {
    const [line] = written({ level: "info", format: "text" }, (log) => log.info("a\nb\u001b[2J", { name: "\u009b1m" }));
    assert.match(line!, /a\\u000ab\\u001b\[2J name=\\u009b1m\n$/);
  });

  for (const format of ["json", "text"] as const) {
    it(`leaves out what is below its level (${format})`, () => {
      const lines = written({ level: "warn", format }, (log) => {
        log.debug("d");
        log.info("i");
        log.warn("w");
        log.error("e");
      });
      assert.equal(lines.length, 2);
    });
  }
});
