/** Workflows that tests of routes start. */
import type { LightMyRequestResponse } from "fastify";
import type { TestServer } from "../testing.ts";

const head = (id: string, version = "1.0") => `id: ${id}\nversion: "${version}"\nspecVersion: "0.8"\nname: Greeting\n`;

/** Ends at once. */
export const greeting = `${head("greeting")}start: Greet
states:
  - {name: Greet, type: inject, data: {greeting: hi}, end: true}
`;

/** Waits for an event of the type "go". */
export const waiting = `${head("waiting")}start: Wait
events: [{name: go, type: go, source: ""}]
states:
  - name: Wait
    type: callback
    action: {functionRef: note}
    eventRef: go
    transition: Done
  - {name: Done, type: inject, data: {done: true}, end: true}
functions: [{name: note, type: expression, operation: '{noted: true}'}]
`;

/** Is denied until the data say that it is allowed. */
export const guarded = `${head("guarded")}start: Guard
states:
  - name: Guard
    type: inject
    data: {seen: true}
    end: true
    metadata: {errorMessage: 'if .allowed then "" else "denied for " + .who end'}
`;

const schema = JSON.stringify({
  type: "object",
  properties: { size: { enum: ["small", "large"] }, name: { type: "string", minLength: 1 } },
  required: ["size", "name"],
});

export const checked = {
  "checked.sw.yaml": `${head("checked")}dataInputSchema: schema.json
start: Done
states:
  - {name: Done, type: inject, data: {}, end: true}
`,
  "schema.json": schema,
};

export async function post(
  server: TestServer,
  url: string,
  payload?: object | string,
  headers = {},
): Promise<LightMyRequestResponse> {
  return server.call({ method: "POST", url, headers, ...(payload !== undefined && { payload }) });
}
