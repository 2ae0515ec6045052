import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it } from "node:test";
import type { GitLabInstance, ProjectConfig } from "./config.ts";
import { createGitLabAccess, createProjectNames, createSecretSource, createVariableSource } from "./project-values.ts";

function project(parts: Partial<ProjectConfig>): ProjectConfig {
  return { path: undefined, script: undefined, vars: {}, secrets: {}, ...parts };
}

describe("variables and secrets of a project", () => {
  const projects = new Map([
    ["*", project({ vars: { A: "all", B: "all" }, secrets: { S: { value: "all" } } })],
    ["42", project({ path: "group/app", vars: { B: "own" }, secrets: { T: { env: "T" } } })],
  ]);
  const variables = createVariableSource(projects);
  const secrets = createSecretSource(projects, { T: "own" });

  it("are its own over those of all projects, by number and by path", () => {
    for (const name of ["42", "group/app"]) {
      assert.deepEqual(variables.values(name), { A: "all", B: "own" });
      assert.deepEqual(secrets.names(name).toSorted(), ["S", "T"]);
      assert.equal(secrets.value(name, "T"), "own");
    }
  });

  it("are found under one name, whichever is used", () => {
    const nameOf = createProjectNames(projects);
    assert.deepEqual(["42", "group/app", "7", "other/app"].map(nameOf), ["42", "42", "7", "other/app"]);
  });

  it("are those of all projects for one that is not configured", () => {
    assert.deepEqual(variables.values("7"), { A: "all", B: "all" });
    assert.equal(secrets.value("7", "S"), "all");
    assert.equal(secrets.value("7", "T"), undefined);
  });

  it("are not what objects have by nature", () => {
    assert.equal(secrets.value("42", "constructor"), undefined);
    assert.deepEqual(createVariableSource(new Map()).values("__proto__"), {});
  });

  it("are those of the environment that it may have and that are asked for, credentials as secrets", () => {
    const environment = { APP_URL: "u", APP_TOKEN: "t", OTHER: "o", EXACT: "e", A: "no", AUTOFLOW_API_TOKEN: "never" };
    const allowing = new Map([
      ["*", project({ vars: { A: "configured" }, secrets: { S: { value: "s" } }, environment: ["EXACT"] })],
      ["42", project({ environment: ["APP_*", "A*"] })],
    ]);
    const asked = [...Object.keys(environment), "MISSING", "constructor"];
    const values = createVariableSource(allowing, environment);
    const hidden = createSecretSource(allowing, environment);
    assert.deepEqual(values.values("42", asked), { A: "configured", APP_URL: "u", EXACT: "e" });
    assert.deepEqual(hidden.names("42", asked), ["S", "APP_TOKEN"]);
    assert.deepEqual(hidden.names("42", "all"), ["S", "APP_TOKEN"]);
    assert.deepEqual(hidden.names("7", "all"), ["S"]);
    assert.equal(hidden.value("42", "APP_TOKEN"), "t");
    assert.deepEqual(values.values("42"), { A: "configured" });
    assert.deepEqual(values.values("7", asked), { A: "configured", EXACT: "e" });
    assert.deepEqual(hidden.names("7", asked), ["S"]);
    assert.equal(hidden.value("7", "APP_TOKEN"), undefined);
    assert.equal(hidden.value("42", "AUTOFLOW_API_TOKEN"), undefined);
    assert.equal(hidden.value("42", "EXACT"), undefined);
  });

  it("are nothing when the file of a secret has gone", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "autoflow-secrets-"));
    const file = path.join(folder, "secret");
    writeFileSync(file, "value\n");
    const place = { secrets: { S: { file } } };
    assert.equal(createSecretSource(new Map([["1", project(place)]]), {}).value("1", "S"), "value");
    rmSync(folder, { recursive: true });
    assert.equal(createSecretSource(new Map([["1", project(place)]]), {}).value("1", "S"), undefined);
  });
});

describe("where calls of GitLab go", () => {
  const none = project({});
  const common = { url: "https://gitlab.com", token: "t", tokenPlace: { env: "COMMON" }, sharedProjects: [] };
  const environment = { COMMON: "common", OWN: "own" };
  const access = (projects: [string, ProjectConfig][], instance: GitLabInstance = common) =>
    createGitLabAccess(new Map(projects), instance, environment);

  it("is the common instance, whose token is for the own project only", () => {
    const own = access([["1", { ...none, path: "group/a" }]]);
    const expected = { url: "https://gitlab.com", token: "common", onlyFor: ["1", "group/a"] };
    assert.deepEqual(own.of("1"), expected);
    assert.deepEqual(own.of("group/a"), expected);
    assert.deepEqual(own.of("2"), { ...expected, onlyFor: ["2"] });
  });

  it("is what the project says, then what all say", () => {
    const projects: [string, ProjectConfig][] = [
      ["*", { ...none, gitlab: { url: "https://all.example", token: { env: "COMMON" } } }],
      ["1", { ...none, gitlab: { url: "https://own.example", token: { env: "OWN" } } }],
      ["2", { ...none, gitlab: { url: "https://own.example", token: { env: "NONE" } } }],
      ["3", none],
    ];
    const all = access(projects);
    assert.deepEqual(all.of("1"), { url: "https://own.example", token: "own" });
    assert.deepEqual(all.of("2"), { url: "https://own.example" });
    assert.deepEqual(all.of("3"), { url: "https://all.example", token: "common" });
  });

  it("is not limited on one person's machine", () => {
    assert.deepEqual(access([], { ...common, tokenForAll: true }).of("1"), {
      url: "https://gitlab.com",
      token: "common",
    });
    assert.deepEqual(access([], { ...common, tokenPlace: undefined, tokenForAll: true }).of("1"), {
      url: "https://gitlab.com",
    });
  });
});
