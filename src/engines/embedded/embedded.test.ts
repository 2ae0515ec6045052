import { randomBytes } from "node:crypto";
import { concurrencySuite } from "../testing/concurrency.suite.ts";
import { engineSuite } from "../testing/engine.suite.ts";
import { childrenSuite } from "../testing/children.suite.ts";
import { searchSuite } from "../testing/search.suite.ts";
import { tasksSuite } from "../testing/tasks.suite.ts";
import { workflowsSuite } from "../testing/workflows.suite.ts";
import { openTestEngine } from "./testing.ts";

engineSuite("embedded, on a folder", (actions) => openTestEngine(actions));
engineSuite("embedded, on a folder, encrypted", (actions) =>
  openTestEngine(actions, { encryptionKeys: [{ id: "k1", key: randomBytes(32) }] }),
);
workflowsSuite("embedded, on a folder", ({ actions = [], ...host }) => openTestEngine(actions, host));
workflowsSuite("embedded, on a folder, encrypted", ({ actions = [], ...host }) =>
  openTestEngine(actions, { ...host, encryptionKeys: [{ id: "k1", key: randomBytes(32) }] }),
);
concurrencySuite("embedded, on a folder", (actions) => openTestEngine(actions));
childrenSuite("embedded, on a folder", ({ actions = [], ...host }) => openTestEngine(actions, host));
searchSuite("embedded, on a folder", ({ actions = [], ...host }) => openTestEngine(actions, host));
searchSuite("embedded, on a folder, encrypted", ({ actions = [], ...host }) =>
  openTestEngine(actions, { ...host, encryptionKeys: [{ id: "k1", key: randomBytes(32) }] }),
);
tasksSuite("embedded, on a folder", (actions) => openTestEngine(actions));
tasksSuite("embedded, on a folder, encrypted", (actions) =>
  openTestEngine(actions, { encryptionKeys: [{ id: "k1", key: randomBytes(32) }] }),
);
