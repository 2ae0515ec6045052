/** The killer: starts the server, kills it at random instants, and starts it again. */
import type { ChildProcess } from "../support/child-process.ts";
import { pause } from "../support/eventually.ts";
import type { Moments } from "./moments.ts";
import type { SeededRandom } from "./random.ts";

export interface KillerOptions {
  start: () => ChildProcess;
  kills: number;
  random: SeededRandom;
  problem: (text: string) => void;
  /** Moments at which a mistake in the order of things shows best. */
  moments: Moments;
  /** Gives the server much to write. */
  burst: () => void;
  /** Told of each kill. */
  killed: (count: number) => void;
}

export interface Killings {
  /** Kills before the server said that it listens, and after. */
  starting: number;
  serving: number;
  /** Ends in good order in between. */
  drains: number;
}

/** One in so many ends is a drain. */
const drainEvery = 10;

/** Kills the server so many times. */
export async function killRepeatedly(options: KillerOptions): Promise<Killings> {
  const { kills, random, problem, killed, start, moments, burst } = options;
  const killings: Killings = { starting: 0, serving: 0, drains: 0 };
  let startMs = 1000;
  for (let count = 1; count <= kills; count++) {
    await using server = start();
    const choice = random.next();
    if (choice < 0.3) await pause(random.between(0, Math.round(startMs * 1.1)));
    else {
      startMs = await untilListening(server);
      if (choice < 0.5) await pause(random.between(0, 120));
      else await pause(random.between(120, 1500));
      if (choice > 0.7) {
        burst();
        await moments.next(choice > 0.85 ? "acknowledged" : "performed");
      }
    }
    if (server.hasExited) problem(`the server ended by itself: ${server.stderr.slice(-2000)}`);
    killings[listens(server) ? "serving" : "starting"]++;
    server.kill("SIGKILL");
    await server.exited;
    killed(count);
    if (count % drainEvery === 0) {
      await drainOnce(options);
      killings.drains++;
    }
  }
  return killings;
}

async function drainOnce({ start, random, problem }: KillerOptions): Promise<void> {
  await using server = start();
  await untilListening(server);
  await pause(random.between(0, 500));
  await endInGoodOrder(server, problem);
}

/** Asks a server to end, and waits until it has. */
export async function endInGoodOrder(server: ChildProcess, problem: (text: string) => void): Promise<void> {
  server.kill("SIGTERM");
  const { code, signal } = await server.exited;
  if (code !== 0) problem(`asked to end, the server ended with ${code ?? signal}: ${server.stderr.slice(-2000)}`);
}

/** Answers how many ms that took. */
export async function untilListening(server: ChildProcess): Promise<number> {
  const startedAt = performance.now();
  await server.untilOutput(/AutoFlow serves/, "stderr");
  return performance.now() - startedAt;
}

function listens(server: ChildProcess): boolean {
  return server.stderr.includes("AutoFlow serves");
}
