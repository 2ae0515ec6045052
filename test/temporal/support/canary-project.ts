/** A project whose users put a text to find again into every place there is for a text of theirs. */
import { randomBytes } from "node:crypto";
import type { TempFolder } from "../../support/temp-folder.ts";

/** Whatever AutoFlow has to keep. */
const kept = [
  "library",
  "function",
  "variable",
  "constant",
  "trigger",
  "printed",
  "label",
  "vars",
  "query",
  "requestHeader",
  "requestBody",
  "answer",
  "refusal",
  "failure",
  "signal",
  "payload",
  "filter",
  "emittedType",
  "emittedData",
  "eventId",
  "eventSource",
  "eventType",
  "eventSubject",
  "extension",
  "eventBody",
  "unparsed",
  "task",
  "assignee",
  "comment",
  "cancelled",
  "workflowFile",
  "workflowId",
  "workflowName",
  "state",
  "input",
  "businessKey",
  "initiator",
  "target",
  "startHeader",
  "edited",
  "workflowFailure",
] as const;

/** What nothing may ever keep, with or without a key. */
const neverKept = ["secret", "idempotencyKey", "authorization"] as const;

type Place = (typeof kept)[number] | (typeof neverKept)[number];

/** A text for each place; each could also be a name. */
export type Canaries = Record<Place, string>;

export function newCanaries(): Canaries {
  const places: Place[] = [...kept, ...neverKept];
  return Object.fromEntries(places.map((at) => [at, `canary_${at}_${randomBytes(8).toString("hex")}`])) as Canaries;
}

/** Those that stand in Temporal when nothing is encrypted. */
export function keptOf(canaries: Canaries): string[] {
  return kept.map((place) => canaries[place]);
}

export function neverKeptOf(canaries: Canaries): string[] {
  return neverKept.map((place) => canaries[place]);
}

const scriptFolder = ".gitlab/autoflow";

/** Writes the files of the project. `url`: the service that its scripts call. */
export function writeProject(folder: TempFolder, at: string, c: Canaries, url: string): void {
  folder.write(`${at}/${scriptFolder}/${c.library}.star`, `def helper(value):\n    return value + "${c.constant}"\n`);
  folder.write(
    `${at}/${scriptFolder}/main.star`,
    `
load("${c.library}.star", "helper")

def ${c.function}(w, ev):
    ${c.variable} = ev["data"]["text"]
    print("${c.printed}", helper(${c.variable}), w.vars["TEXT"])
    answer = w.http.post("${url}/good", json = {"text": "${c.requestBody}"}, query = {"q": "${c.query}"},
        headers = {"x-canary": "${c.requestHeader}", "authorization": w.vars["TOKEN"]}, label = "${c.label}", timeout = "2m")
    w.emit("${c.emittedType}", data = {"text": "${c.emittedData}"})
    payload = w.signal_channel("${c.signal}").receive()
    print(payload, answer.text())
    w.wait_for_event(type = "next", filter = {"text": "${c.filter}"})
    w.http.post("${url}/bad", retry = False).json()
    print(w.http.get("${url}/bad", retry = False).status_code)
    fail("${c.failure}")

def parked(w, ev):
    w.go(w.ask, "${c.task}", assignees = ["${c.assignee}", "another"], quorum = 2)
    w.wait_for_event(type = "never", filter = {"text": "${c.filter}"})

on_event(type = "${c.eventType}", handler = ${c.function}, name = "${c.trigger}")
on_event(type = "park", handler = parked)
`,
  );
  folder.write(
    `${at}/${c.workflowFile}.sw.yaml`,
    `id: ${c.workflowId}
version: "1.0"
specVersion: "0.8"
name: ${c.workflowName}
start:
  stateName: ${c.state}
  schedule: R/PT24H
states:
  - name: ${c.state}
    type: inject
    data: {}
    transition: Guarded
  - name: Guarded
    type: inject
    data: {}
    end: true
    metadata: {errorMessage: 'if .allowed then "" else "${c.workflowFailure}" end'}
`,
  );
}
