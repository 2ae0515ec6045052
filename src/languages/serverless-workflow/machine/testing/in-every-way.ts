/** Tests that have to come out the same however a run is computed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadedImage, RunStart } from "../../../../core/program.ts";
import { VirtualRun, type World } from "./virtual-run.ts";

export type Start = (image: LoadedImage, world?: World, start?: Partial<RunStart>) => VirtualRun;

const ways: readonly World[] = [{}, { reopens: true }, { slice: 1 }, { reopens: true, slice: 7 }];

/**
 * Registers a test that runs its body several times: with the machine in memory, with the state stored and loaded after every turn,
 * and in slices of a few steps. All of them have the same effects, outcomes, steps and states.
 */
export function testInEveryWay(name: string, body: (start: Start) => void): void {
  test(name, () => {
    const [first, ...others] = ways.map((way) => {
      const runs: VirtualRun[] = [];
      body((image, world = {}, start = {}) => {
        const run = new VirtualRun(image, start, { ...world, ...way });
        runs.push(run);
        return run;
      });
      return runs.map(({ effects, outcome, steps, states }) => ({ effects, outcome, steps, states }));
    });
    for (const [i, other] of others.entries()) assert.deepEqual(other, first, JSON.stringify(ways[i + 1]));
  });
}

/** An OpenAPI document with operations `one`, `two`, `three` without parameters, and functions of these names for it. */
export const services = {
  functions: `
functions:
  - {name: one, operation: "api.yaml#one"}
  - {name: two, operation: "api.yaml#two"}
  - {name: three, operation: "api.yaml#three"}
  - {name: lenient, operation: "api.yaml#one", metadata: {failOnStatusCode: false}}
  - {name: say, type: custom, operation: sysout}
  - {name: count, type: expression, operation: "{count: ((.count // 0) + 1)}"}
`,
  files: {
    "api.yaml": `
openapi: 3.0.0
info: {title: Api, version: "1"}
servers: [{url: "http://api"}]
paths:
  /one: {post: {operationId: one, requestBody: {content: {application/json: {}}}, responses: {}}}
  /two: {post: {operationId: two, requestBody: {content: {application/json: {}}}, responses: {}}}
  /three: {post: {operationId: three, requestBody: {content: {application/json: {}}}, responses: {}}}
`,
  },
};

/** The last part of a call's address: which service was called. */
export function serviceOf(call: { input: Record<string, unknown> }): string {
  return String(call.input["url"]).split("/").at(-1)!;
}

/** What was sent. */
export function bodyOf(call: { input: Record<string, unknown> }): unknown {
  const body = call.input["body"];
  return typeof body === "string" ? (JSON.parse(body) as unknown) : undefined;
}
