/**
 * The deployment on a real server, with a GitLab and a cluster on sockets: a release that has soaked and was approved fails in
 * production. The server is killed while it soaks, and while it calls the SRE team.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Seed } from "../../src/testkit/gitlab/seed/seed-schema.ts";
import { type Answered, type Received, startEndpoint } from "../../test/support/endpoint.ts";
import { eventually } from "../../test/support/eventually.ts";
import { Example } from "../../test/support/gallery.ts";

const seed: Seed = {
  users: ["kim", "lea", "sam"].map((username) => ({ username, token: `glpat-${username}` })),
  groups: [{ path: "team" }, { path: "team/release-managers", members: { kim: "owner", lea: "owner" } }],
  projects: [
    {
      path: "team/project",
      id: 42,
      members: { kim: "developer", lea: "developer", sam: "maintainer" },
      files: { ".gitlab-ci.yml": "image: {script: [make image]}\n" },
    },
  ],
};

/** It soaks for less than a day and, whatever the day, production is frozen. */
const settings = {
  "settings.star": {
    "soak_hours = 24": "soak_hours = 6",
    'first = "2026-11-25", last = "2026-12-01"': 'first = "2000-01-01", last = "2999-12-31"',
  },
};

/** For who is killed meanwhile. */
const noAnswer = new Promise<never>(() => {});

/**
 * The cluster, Prometheus, the load generator, the pager and the language model. The error rate is too high when the canary gets
 * 20%. The third reading of a metric and the first call of the pager are not answered.
 */
class World {
  readonly images = new Map<string, string[]>();
  readonly weights: number[] = [];
  readonly pages: string[] = [];
  readonly readings: string[] = [];
  readonly load: string[] = [];

  answer({ method, path, body }: Received): Answered | Promise<Answered> {
    const url = new URL(path, "http://world");
    const [, part, ...rest] = url.pathname.split("/");
    if (part === "prometheus") return this.#metric(url.searchParams.get("query")!);
    if (part === "load") {
      this.load.push(`${method} ${rest.join("/")}`);
      return { body: { id: "7" } };
    }
    if (part === "pager") {
      this.pages.push((JSON.parse(body) as { alias: string }).alias);
      return this.pages.length === 1 ? noAnswer : { status: 202 };
    }
    if (part === "advice")
      return { body: { choices: [{ message: { content: "Look at the database first.\n/close" } }] } };
    if (path.includes("/ingresses/")) return this.#shift(body);
    if (path.includes("/deployments/")) return this.#deployment(method, url.pathname, body);
    if (path.includes("/log")) return { body: "no route to the database" };
    return { body: { metadata: {}, items: path.includes("/pods") ? [{ metadata: { name: "web-canary-1" } }] : [] } };
  }

  #metric(query: string): Answered | Promise<Answered> {
    const namespace = /namespace="(\w+)"/.exec(query)![1]!;
    this.readings.push(namespace);
    if (this.readings.length === 3) return noAnswer;
    const value = namespace === "production" && this.weights.at(-1) === 20 ? "0.2" : "0.002";
    return { body: { status: "success", data: { result: [{ value: [0, value] }] } } };
  }

  #shift(body: string): Answered {
    const { metadata } = JSON.parse(body) as { metadata: { annotations: Record<string, string> } };
    this.weights.push(Number(metadata.annotations["nginx.ingress.kubernetes.io/canary-weight"]));
    return {};
  }

  #deployment(method: string, path: string, body: string): Answered {
    const [namespace, , name] = path.split("/").slice(5);
    const images = this.images.get(`${namespace}/${name}`) ?? ["registry.example.com/shop/web:v1.3.0"];
    if (method === "PATCH") {
      const { spec } = JSON.parse(body) as { spec: { template: { spec: { containers: { image: string }[] } } } };
      images.push(spec.template.spec.containers[0]!.image);
      this.images.set(`${namespace}/${name}`, images);
    }
    return {
      body: {
        kind: "Deployment",
        metadata: { name, generation: 1 },
        spec: { replicas: 1, template: { spec: { containers: [{ name: "web", image: images.at(-1) }] } } },
        status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
      },
    };
  }
}

test("a release is taken back, and the SRE team is called once, whatever happens to the server meanwhile", async () => {
  const world = new World();
  await using endpoint = await startEndpoint((request) => world.answer(request));
  await using example = await Example.start("deployment", {
    seed,
    settings,
    ports: [Number(new URL(endpoint.url).port)],
    vars: {
      MINUTE: "10ms",
      CLUSTER_URL: endpoint.url,
      PROMETHEUS_URL: `${endpoint.url}/prometheus`,
      LOAD_URL: `${endpoint.url}/load`,
      PAGER_URL: `${endpoint.url}/pager`,
      ADVICE_URL: `${endpoint.url}/advice`,
      ADVICE_MODEL: "small",
    },
    secrets: { CLUSTER_TOKEN: "cluster-secret", PAGER_KEY: "pager-secret", ADVICE_TOKEN: "advice-secret" },
  });
  const comment = (user: string, iid: number, body: string): Promise<unknown> =>
    example.as(user, "POST", `projects/42/issues/${iid}/notes`, { body });

  const tag = await example.as<{ commit: { id: string } }>(
    "sam",
    "POST",
    "projects/42/repository/tags?tag_name=v1.4.0&ref=main",
  );
  await eventually("its issue is there", async () => (await example.issues()).length === 1);
  const built = { state: "success", name: "image", ref: "v1.4.0" };
  await example.as("sam", "POST", `projects/42/statuses/${tag.commit.id}`, built);
  await eventually("it soaks", () => world.readings.length === 3);
  await example.killAndRestart();
  await eventually("approval is asked for", async () => (await example.comments(1)).length === 3);
  await comment("sam", 1, "approve");
  await comment("kim", 1, "approve");
  await comment("kim", 1, "approve");
  await comment("lea", 1, "approve: it has soaked");
  await eventually("the SRE team is called", () => world.pages.length === 1);
  await example.killAndRestart();
  await eventually("the deployment is over", async () => (await example.issue(1)).state === "closed");
  await example.untilAllEnded();

  const [issue, incident, ...others] = await example.issues();
  assert.deepEqual(others, []);
  assert.deepEqual(issue!.labels, ["deployment::failed"]);
  const said = (await example.comments(1)).filter((text) => !text.startsWith("approve"));
  assert.deepEqual(
    said.map((text) => text.split(/[.:?]/)[0]),
    [
      "Built and released",
      "There is a change freeze",
      "**Deploy v1",
      "It goes to staging now",
      "It goes to production now, to 10% more of the traffic every hour",
      "At 20% of the traffic the error rate is 0",
    ],
  );
  assert.deepEqual([incident!.title, incident!.state], ["v1.4.0 is taken back", "closed"]);
  assert.deepEqual(
    (await example.comments(2)).map((text) => text.split("\n")[0]),
    [
      "**What the cluster says**",
      "**Advice of a language model, which nobody has checked**",
      "**Taken back**",
      "**All is well again**",
    ],
  );
  const deployments = await example.as<{ status: string }[]>("root", "GET", "projects/42/deployments");
  assert.deepEqual(
    deployments.map(({ status }) => status),
    ["failed"],
  );
  const releases = await example.as<unknown[]>("root", "GET", "projects/42/releases");
  assert.equal(releases.length, 1);

  // The call that was under way at the death is made once more: the pager knows it by its alias.
  assert.equal(world.pages.length, 2);
  assert.equal(world.pages[0], world.pages[1]);
  assert.deepEqual(
    world.weights.filter((weight, at) => weight !== world.weights[at - 1]),
    [10, 20, 0],
  );
  assert.deepEqual(world.load, ["POST runs", "DELETE runs/7"]);
  assert.equal(world.images.get("production/web")!.at(-1), "registry.example.com/shop/web:v1.3.0");
});
