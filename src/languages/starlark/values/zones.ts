/** Time zones, by tables of our own: no answer depends on the host's clock or its ICU. */
import { zoneRows } from "./zone-tables.ts";
import { parseZoneRule, spanByRule, type ZoneRule, type ZoneSpan } from "./zone-rule.ts";

/** How clocks are set at a place. */
export interface Zone {
  /** Names the zone in snapshots: "UTC", "Europe/Berlin", or "3600:CET" for a fixed one; see `zoneById`. */
  readonly id: string;
  /** What holds at a moment, in Unix seconds. */
  at(second: number): ZoneSpan;
  /** The offset that an abbreviation such as "CEST" means near a moment, given in Unix seconds as if it were in UTC. */
  offsetOf(abbreviation: string, second: number): number | undefined;
}

/** A zone in which nothing ever changes. */
class FixedZone implements Zone {
  readonly id: string;
  readonly #span: ZoneSpan;

  constructor(id: string, abbreviation: string, offset: number) {
    this.id = id;
    this.#span = { abbreviation, offset, start: -Infinity, end: Infinity };
  }

  at(): ZoneSpan {
    return this.#span;
  }

  offsetOf(): undefined {
    return undefined;
  }
}

export const utc: Zone = new FixedZone("UTC", "UTC", 0);

/** The zone of a text such as "12:00 +0100 CET"; `abbreviation` may be empty. */
export function fixedZone(abbreviation: string, offset: number): Zone {
  return new FixedZone(`${offset}:${abbreviation}`, abbreviation, offset);
}

/** The offset of a fixed zone without an abbreviation, unless it is 0; undefined for other zones. */
export function unnamedOffset(zone: Zone): number | undefined {
  return zone instanceof FixedZone && zone.id.endsWith(":") ? zone.at().offset || undefined : undefined;
}

interface Kind {
  offset: number;
  abbreviation: string;
  summer: boolean;
}

/** A zone of the database. */
class TableZone implements Zone {
  readonly id: string;
  readonly #kinds: readonly Kind[];
  /** Unix seconds, ascending. */
  readonly #changes: readonly number[];
  /** The kind that each change leads to. */
  readonly #after: readonly Kind[];
  readonly #before: Kind;
  readonly #rule: ZoneRule | undefined;

  constructor(id: string, row: string) {
    const [, kinds, changes, rule] = row.split("|") as [string, string, string, string];
    this.id = id;
    this.#kinds = kinds.split(" ").map(parseKind);
    const { times, indexes } = parseChanges(changes);
    this.#changes = times;
    this.#after = indexes.map((index) => this.#kinds[index]!);
    this.#before = this.#kindBefore(indexes);
    this.#rule = rule === "" ? undefined : parseZoneRule(rule);
  }

  /** What held before the first change, by the rules of tzcode. */
  #kindBefore(indexes: readonly number[]): Kind {
    const kinds = this.#kinds;
    if (!indexes.includes(0)) return kinds[0]!;
    const first = indexes[0]!;
    const nearest = kinds[first]!.summer ? kinds.slice(0, first).findLast((kind) => !kind.summer) : undefined;
    return nearest ?? kinds.find((kind) => !kind.summer) ?? kinds[0]!;
  }

  at(second: number): ZoneSpan {
    const changes = this.#changes;
    let low = 0;
    let high = changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (changes[middle]! <= second) low = middle + 1;
      else high = middle;
    }
    const start = changes[low - 1] ?? -Infinity;
    if (low === changes.length && this.#rule !== undefined) return spanByRule(this.#rule, start, second);
    const { offset, abbreviation } = low === 0 ? this.#before : this.#after[low - 1]!;
    return { offset, abbreviation, start, end: changes[low] ?? Infinity };
  }

  offsetOf(abbreviation: string, second: number): number | undefined {
    const candidates = this.#kinds.filter((kind) => kind.abbreviation === abbreviation);
    const inForce = candidates.find(({ offset }) => this.at(second - offset).abbreviation === abbreviation);
    return inForce === undefined ? candidates[0]?.offset : this.at(second - inForce.offset).offset;
  }
}

function parseKind(text: string): Kind {
  const [, offset, mark, abbreviation] = /^(-?[0-9a-z]+)([.:])(.*)$/.exec(text) as unknown as string[];
  return { offset: Number.parseInt(offset!, 36), summer: mark === ":", abbreviation: abbreviation! };
}

function parseChanges(text: string): { times: number[]; indexes: number[] } {
  const times: number[] = [];
  const indexes: number[] = [];
  let time = 0;
  for (const change of text === "" ? [] : text.split(" ")) {
    const inSeconds = change.charAt(1) === "~";
    time += Number.parseInt(change.slice(inSeconds ? 2 : 1), 36) * (inSeconds ? 1 : 900);
    times.push(time);
    indexes.push(Number.parseInt(change.charAt(0), 36));
  }
  return { times, indexes };
}

let rowsByName: ReadonlyMap<string, string> | undefined;

/** All names of the database with their rows. */
function rows(): ReadonlyMap<string, string> {
  rowsByName ??= new Map(
    zoneRows
      .flatMap((line) => line.split(";"))
      .flatMap((row) =>
        row
          .slice(0, row.indexOf("|"))
          .split(" ")
          .map((name) => [name, row] as const),
      ),
  );
  return rowsByName;
}

const known = new Map<string, Zone>([
  ["", utc],
  ["UTC", utc],
  // A run has no place of its own.
  ["Local", utc],
]);

/** The zone of an IANA name; undefined when there is none. */
export function zoneNamed(name: string): Zone | undefined {
  const found = known.get(name);
  if (found !== undefined) return found;
  const row = rows().get(name);
  if (row === undefined) return undefined;
  const zone = new TableZone(name, row);
  known.set(name, zone);
  return zone;
}

/** The names of the database. */
export function zoneNames(): Iterable<string> {
  return rows().keys();
}

/** The zone of an id; undefined when it is none. */
export function zoneById(id: string): Zone | undefined {
  const fixed = /^(-?\d{1,6}):([^|]{0,40})$/.exec(id);
  return fixed === null ? zoneNamed(id) : fixedZone(fixed[2]!, Number(fixed[1]));
}
