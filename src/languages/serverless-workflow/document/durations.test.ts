import assert from "node:assert/strict";
import { test } from "node:test";
import { parseIsoDuration, parseRepeatingInterval, parseTime } from "./durations.ts";

test("ISO 8601 durations", () => {
  const cases: [string, number][] = [
    ["PT60S", 60_000],
    ["PT0.5S", 500],
    ["PT0,25S", 250],
    ["P1DT2H3M4S", 93_784_000],
    ["P2W", 1_209_600_000],
    ["PT0S", 0],
    [" pt15m ", 900_000],
    ["P0D", 0],
  ];
  for (const [text, ms] of cases) assert.equal(parseIsoDuration(text)?.ms, ms, text);
  assert.deepEqual(parseIsoDuration("P1Y2M"), { ms: (365 + 60) * 86_400_000, text: "P1Y2M", isCalendar: true });
  for (const text of ["", "P", "PT", "15S", "P1S", "PT1D", "-PT5S", "P1.2.3D", "PT1M2H", "P999999999999D", "one"]) {
    assert.equal(parseIsoDuration(text), undefined, text);
  }
});

test("repeating intervals", () => {
  const start = Date.UTC(2026, 0, 1);
  const cases: [string, object][] = [
    ["R/PT2H", { everyMs: 7_200_000 }],
    ["PT2H", { everyMs: 7_200_000 }],
    ["R5/PT2H", { everyMs: 7_200_000, repeat: 5 }],
    ["R/2026-01-01T00:00:00Z/PT15M", { everyMs: 900_000, from: start }],
    ["R/PT15M/2026-01-01T00:00:00Z", { everyMs: 900_000, until: start }],
    ["R2/2026-01-01T00:00Z/2026-01-01T01:00Z", { everyMs: 3_600_000, from: start, repeat: 2 }],
  ];
  for (const [text, interval] of cases) assert.deepEqual(parseRepeatingInterval(text), interval, text);
  for (const text of ["R/", "R/PT0S", "R", "R/a/b", "R/PT1S/PT2S/x", "R/2026-01-02/2026-01-01"]) {
    assert.equal(parseRepeatingInterval(text), undefined, text);
  }
});

test("times", () => {
  assert.equal(parseTime("2026-01-01"), Date.UTC(2026, 0, 1));
  assert.equal(parseTime("2026-01-01T01:00+0100"), Date.UTC(2026, 0, 1));
  assert.equal(parseTime("2026-01-01T00:00:00.250"), Date.UTC(2026, 0, 1) + 250);
  assert.equal(parseTime("2026-13-01"), undefined);
  assert.equal(parseTime("tomorrow"), undefined);
});
