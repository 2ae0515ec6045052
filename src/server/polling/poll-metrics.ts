/** How polling goes, in Prometheus' format. */
import { Counter, Gauge, type Registry } from "prom-client";
import type { PollState } from "./poller.ts";

/** Metrics that hold what `states` tells whenever somebody looks. */
export function addPollMetrics(registry: Registry, states: () => PollState[], now: () => number): void {
  const gauge = (name: string, help: string, value: (state: PollState) => number | undefined): Gauge =>
    new Gauge({
      name: `autoflow_poll_${name}`,
      help,
      labelNames: ["project"],
      collect() {
        for (const state of states()) {
          const current = value(state);
          if (current !== undefined) this.set({ project: state.project }, current);
        }
      },
      registers: [],
    });
  const counter = (name: string, help: string, count: (state: PollState) => number): Counter =>
    new Counter({
      name: `autoflow_poll_${name}_total`,
      help,
      labelNames: ["project"],
      collect() {
        this.reset();
        for (const state of states()) this.inc({ project: state.project }, count(state));
      },
      registers: [],
    });
  registry.registerMetric(
    gauge(
      "last_success_timestamp_seconds",
      "When a poll of the project last worked, in seconds since 1970.",
      ({ succeededAt }) => (succeededAt === undefined ? undefined : succeededAt / 1000),
    ),
  );
  registry.registerMetric(
    gauge(
      "lag_seconds",
      "How far polling is behind: what happened in the project longer ago than this is told.",
      ({ until }) => (until === undefined ? undefined : Math.max(0, now() - until) / 1000),
    ),
  );
  registry.registerMetric(
    counter("events", "Events that polls have told of and nothing else before.", ({ events }) => events),
  );
  registry.registerMetric(counter("failures", "Polls that did not work.", ({ failures }) => failures));
}
