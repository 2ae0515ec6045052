import assert from "node:assert/strict";
import { test } from "node:test";
import type { Graph } from "../../../core/program.ts";
import { workflowOf, workflowText } from "../testing/compile-files.ts";
import { endNode, graphOf, startNode } from "./graph.ts";
import { layoutOf } from "./layout.ts";
import { mermaidOf } from "./mermaid.ts";
import { overlayOf } from "./overlay.ts";
import { svgOf } from "./svg.ts";

const everything = workflowText(
  `states:
- name: Wait
  type: event
  onEvents:
  - {eventRefs: [e], actions: [{functionRef: f}]}
  - {eventRefs: [e, g], actions: [{name: second one, functionRef: f}]}
  transition: Choose
- name: Choose
  type: switch
  dataConditions: [{name: 'x < "y" & z', condition: .a, transition: Both}, {condition: .b == 1, end: true}]
  defaultCondition: {transition: Nap}
- {name: Nap, type: sleep, duration: PT1S, transition: Choose}
- name: Both
  type: parallel
  branches: [{name: one, actions: [{functionRef: f}, {functionRef: f}]}, {name: two, actions: [{functionRef: f}]}]
  transition: Each
- {name: Each, type: foreach, inputCollection: .l, actions: [{functionRef: f}], transition: Ask}
- {name: Ask, type: callback, action: {functionRef: f}, eventRef: e, transition: Do}
- name: Do
  type: operation
  actions: [{functionRef: f}, {name: '<b>"quoted"</b> [x] | y; \`z\`', functionRef: f}]
  compensatedBy: Undo
  onErrors: [{errorRef: bad, transition: Nap}]
  end: {continueAs: next}
- {name: Undo, type: inject, data: {}, usedForCompensation: true}
`,
  "functions: [{name: f, type: custom, operation: sysout}]\nerrors: [{name: bad}]\nevents: [{name: e, type: t}, {name: g, type: u}]\n",
);

const graph = graphOf(workflowOf(everything));

test("the graph has every state, part and way", () => {
  const parents = graph.nodes.filter(({ parent }) => parent === undefined).map(({ id }) => id);
  assert.deepEqual(parents, [startNode, "Wait", "Choose", "Nap", "Both", "Each", "Ask", "Do", "Undo", endNode]);
  const edges = graph.edges.map(
    ({ from, to, kind, label }) => `${from} -${kind}-> ${to}${label === undefined ? "" : ` ${label}`}`,
  );
  assert.deepEqual(edges, [
    "#start -start-> Wait",
    "Wait -next-> Choose",
    'Choose -condition-> Both x < "y" & z',
    "Choose -condition-> #end .b == 1",
    "Choose -default-> Nap",
    "Nap -next-> Choose",
    "Both/one/1 -next-> Both/one/2",
    "Both -next-> Each",
    "Each -next-> Ask",
    "Ask -next-> Do",
    "Do/1 -next-> Do/2",
    "Do -end-> #end continue as next",
    "Do -error-> Nap bad",
    "Do -compensation-> Undo",
  ]);
  assert.deepEqual(
    graph.nodes.filter(({ parent }) => parent === "Both").map(({ id, type }) => [id, type]),
    [
      ["Both/one", "branch"],
      ["Both/two", "branch"],
    ],
  );
});

test("the ids of nodes are unique, and edges lead from node to node", () => {
  const ids = new Set(graph.nodes.map(({ id }) => id));
  assert.equal(ids.size, graph.nodes.length);
  for (const { from, to } of graph.edges) assert.ok(ids.has(from) && ids.has(to));
});

test("boxes and labels do not overlap", () => {
  const { boxes, edges, width, height } = layoutOf(graph);
  const labels = edges.flatMap(({ label }) =>
    label === undefined
      ? []
      : [{ x: label.x - label.width / 2, y: label.y - label.height / 2, width: label.width, height: label.height }],
  );
  const all = [...boxes, ...labels];
  for (const [i, a] of all.entries()) {
    assert.ok(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height);
    for (const b of all.slice(i + 1)) {
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      assert.ok(apart, `${JSON.stringify(a)}\n${JSON.stringify(b)}`);
    }
  }
});

test("what is in a box stays in it", () => {
  for (const { width, height, parts, groups } of layoutOf(graph).boxes) {
    for (const { x, y } of parts) assert.ok(x > 0 && x < width && y > 0 && y < height);
    for (const group of groups) {
      assert.ok(group.x + group.width <= width && group.y + group.height <= height);
      for (const { y } of group.parts) assert.ok(y > 0 && y < group.height);
    }
  }
});

/** Whether tags are closed in the order in which they were opened, and texts are escaped. */
function assertXml(text: string): void {
  const open: string[] = [];
  let at = 0;
  for (const match of text.matchAll(/<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g)) {
    const between = text.slice(at, match.index);
    assert.ok(!between.includes("<") && !/&(?!amp;|lt;|gt;|quot;)/.test(between), between);
    at = match.index + match[0].length;
    if (match[1] === "/") assert.equal(open.pop(), match[2]);
    else if (match[4] === "") open.push(match[2]!);
  }
  assert.deepEqual(open, []);
  assert.equal(text.slice(at).trim(), "");
}

test("the picture is XML, and says what it shows", () => {
  const visits = [
    { node: "Choose", name: "Choose", type: "switch", entered: 0, left: 1 },
    { node: "Choose", name: "Choose", type: "switch", entered: 2, left: 3 },
    { node: "Do", name: "Do", type: "operation", entered: 4, left: 5, error: "no" },
    { node: "Ask", name: "Ask", type: "callback", entered: 6 },
  ];
  const svg = svgOf(graph, { title: "a < b & c\u0000\ud800", overlay: overlayOf(visits) });
  assertXml(svg);
  assert.match(svg, /<title id="wf-title">a &lt; b &amp; c\ufffd\ufffd<\/title>/);
  assert.match(svg, /class="node switch visited"[^>]*data-node="Choose"><title>Choose \(switch, visited 2 times\)/);
  assert.match(svg, /class="node operation failed"/);
  assert.match(svg, /class="node callback open"/);
  assert.match(svg, /prefers-color-scheme:dark/);
  assert.ok(!/NaN|undefined|<script|href/.test(svg));
  assert.equal(svg.match(/<path class="edge /g)?.length, 12);
});

test("Mermaid has every way, and no text that means something to it", () => {
  const text = mermaidOf(graph, overlayOf([{ node: "Do", name: "Do", type: "operation", entered: 0 }]));
  assert.equal(text.match(/-->|-\.->/g)?.length, 13);
  assert.match(text, /\|"x #60; #34;y#34; #38; z"\|/);
  assert.match(text, /subgraph n\d+\["Both"\]/);
  assert.match(text, /• #60;b#62;#34;quoted#34;#60;\/b#62; #91;x#93; #124; y#59; #96;z#96;/);
  assert.match(text, /classDef open/);
  for (const part of text.matchAll(/"([^"]*)"/g)) assert.ok(!/[`|;]/.test(part[1]!.replaceAll(/#\d+;/g, "")), part[0]);
});

test("pictures of strange graphs", () => {
  const where = { file: "a", line: 1, column: 1 };
  const lonely: Graph = {
    nodes: [{ id: "__proto__", name: "", type: "odd<type>", where }],
    edges: [{ from: "__proto__", to: "__proto__", kind: "next" }],
  };
  assertXml(svgOf(lonely, { title: "" }));
  assertXml(svgOf({ nodes: [], edges: [] }, { title: "nothing" }));
  const long = { ...lonely, nodes: [{ ...lonely.nodes[0]!, name: "長い名前".repeat(100) }] };
  assert.ok(layoutOf(long).width < 500);
});
