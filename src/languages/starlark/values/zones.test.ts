/** Time zones: places whose clocks jump, and what snapshots say of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fixedZone, utc, zoneById, zoneNamed, zoneNames } from "./zones.ts";

test("spans follow each other without gap or overlap, in every zone, for two centuries", () => {
  for (const name of zoneNames()) {
    const zone = zoneNamed(name)!;
    let second = -3e9;
    for (let span = zone.at(second); span.end < 3e9; span = zone.at(second)) {
      assert.ok(span.start <= second && second < span.end, `${name} at ${second}`);
      second = Math.max(span.end, second + 1);
    }
  }
});

test("a zone is found again by its id", () => {
  for (const zone of [utc, zoneNamed("Europe/Berlin")!, fixedZone("", 0), fixedZone("CET", 3600), fixedZone("", -60)]) {
    const again = zoneById(zone.id)!;
    assert.equal(again.id, zone.id);
    assert.deepEqual(again.at(1e9), zone.at(1e9));
  }
  for (const id of ["nowhere", "3600", "3600:a|b", "99999999:x"]) assert.equal(zoneById(id), undefined, id);
});

test("an abbreviation means the offset that is in force", () => {
  const sydney = zoneNamed("Australia/Sydney")!;
  const january = Date.UTC(1970, 0, 15) / 1000;
  assert.equal(sydney.offsetOf("AEST", january), 36_000);
  assert.equal(zoneNamed("Europe/Berlin")!.offsetOf("XYZ", january), undefined);
});
