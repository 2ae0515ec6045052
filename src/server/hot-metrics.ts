/**
 * Metrics that are told on the engine's hot path, several times a run: telling one costs a look-up and an addition, and all else
 * is done when somebody looks. They stand in a registry of prom-client among its own.
 */
import type { Metric, Registry } from "prom-client";

interface MetricOptions {
  name: string;
  help: string;
  labelNames?: readonly string[];
  registry: Registry;
}

interface Sample {
  labels: Record<string, string | number>;
  value: number;
  metricName?: string;
}

/** A count by label values. */
export class HotCounter {
  readonly #counts: Cells<{ value: number }>;

  constructor(options: MetricOptions) {
    this.#counts = new Cells(options.labelNames ?? [], () => ({ value: 0 }));
    register(options, "counter", () =>
      this.#counts.entries().map(({ labels, cell: { value } }): Sample => ({ labels, value })),
    );
  }

  /** Label values in the order of their names. */
  add(count: number, first = "", second = ""): void {
    this.#counts.of(first, second).value += count;
  }
}

/** How values are distributed over buckets, by label values. */
export class HotHistogram {
  readonly #bounds: readonly number[];
  readonly #cells: Cells<{ counts: Float64Array; sum: number }>;

  /** `buckets` are upper bounds, ascending. */
  constructor(options: MetricOptions & { buckets: readonly number[] }) {
    const { name, buckets, labelNames = [] } = options;
    this.#bounds = buckets;
    this.#cells = new Cells(labelNames, () => ({ counts: new Float64Array(buckets.length + 1), sum: 0 }));
    register(options, "histogram", () => this.#samples(name));
  }

  observe(value: number, first = "", second = ""): void {
    const cell = this.#cells.of(first, second);
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    cell.counts[bucket]!++;
    cell.sum += value;
  }

  #samples(name: string): Sample[] {
    return this.#cells.entries().flatMap(({ labels, cell }) => {
      let total = 0;
      const buckets = [...this.#bounds, "+Inf"].map((le, index): Sample => {
        total += cell.counts[index]!;
        return { labels: { le, ...labels }, value: total, metricName: `${name}_bucket` };
      });
      return [
        ...buckets,
        { labels, value: cell.sum, metricName: `${name}_sum` },
        { labels, value: total, metricName: `${name}_count` },
      ];
    });
  }
}

/** What is kept by the values of at most two labels. */
class Cells<Cell> {
  readonly #names: readonly string[];
  readonly #create: () => Cell;
  readonly #byFirst = new Map<string, Map<string, Cell>>();

  constructor(names: readonly string[], create: () => Cell) {
    this.#names = names;
    this.#create = create;
    // What has no labels is told from the start, as a zero.
    if (names.length === 0) this.of("", "");
  }

  of(first: string, second: string): Cell {
    let bySecond = this.#byFirst.get(first);
    if (bySecond === undefined) this.#byFirst.set(first, (bySecond = new Map<string, Cell>()));
    let cell = bySecond.get(second);
    if (cell === undefined) bySecond.set(second, (cell = this.#create()));
    return cell;
  }

  entries(): { labels: Record<string, string>; cell: Cell }[] {
    const entries: { labels: Record<string, string>; cell: Cell }[] = [];
    for (const [first, bySecond] of this.#byFirst) {
      for (const [second, cell] of bySecond) {
        const values = [first, second];
        entries.push({ labels: Object.fromEntries(this.#names.map((name, n) => [name, values[n]!])), cell });
      }
    }
    return entries;
  }
}

/** A registry asks its metrics for their samples and knows no more of them. */
function register(options: MetricOptions, type: "counter" | "histogram", samples: () => Sample[]): void {
  const { name, help, registry } = options;
  const metric = { name, get: () => Promise.resolve({ name, help, type, values: samples(), aggregator: "sum" }) };
  registry.registerMetric(metric as unknown as Metric);
}
