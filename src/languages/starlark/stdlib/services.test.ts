/** What the library for Slack, webhooks and Kubernetes does beyond one call. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SecretText } from "../../../core/wire.ts";
import { type Answer, recordCalls, type Recording, showCall } from "../testing/recorded-calls.ts";

function run(name: string, body: string, answers: readonly Answer[] = []): Recording {
  const script = `load("@autoflow//${name}.star", "${name}")\n${body}`;
  return recordCalls(script, (_, nth) => answers[nth] ?? { body: { ok: true } });
}

const token = new SecretText([{ name: "TOKEN" }]);
const bearer = new SecretText(["Bearer ", { name: "TOKEN" }]);

suite("slack", () => {
  test("keeps its secrets", () => {
    const [call] = run("slack", 'slack.send(vars.TOKEN, "Hi", blocks = [slack.divider()], unfurl_links = False)').calls;
    assert.equal(showCall(call!), 'POST *** {"blocks": [{"type": "divider"}], "text": "Hi", "unfurl_links": false}');
    const [posted] = run("slack", 'slack.post_message(vars.TOKEN, "C1", "Hi", thread_ts = "1.2")').calls;
    assert.deepEqual(posted!.headers[0], ["Authorization", bearer]);
    assert.deepEqual(posted!.body, { channel: "C1", text: "Hi", thread_ts: "1.2" });
  });

  test("fails with what Slack says", () => {
    const refused = run("slack", 'slack.post_message("t", "C1", "Hi")', [
      { body: { ok: false, error: "not_in_channel" } },
    ]);
    assert.equal(refused.failure?.message, "fail: slack: chat.postMessage was refused: not_in_channel");
    const gone = run("slack", 'slack.send("https://a.example", "Hi")', [{ status: 404, body: "no_service" }]);
    assert.equal(gone.failure?.message, "fail: slack: the webhook answered 404 Said: no_service");
  });

  test("keeps to Slack's lengths", () => {
    const { lines } = run(
      "slack",
      'print(slack.header("ä" * 200)["text"]["text"])\nprint(len(slack.section("x", fields = ["y"] * 12)["fields"]))',
    );
    assert.equal(Array.from(lines[0]!).length, 150);
    assert.ok(lines[0]!.endsWith("ä…"));
    assert.equal(lines[1], "10");
  });
});

suite("webhook", () => {
  test("asks for a signature with the secret", () => {
    const [call] = run(
      "webhook",
      'webhook.post("https://a.example", {"a": 1}, secret = vars.TOKEN, header = "X-Sig", headers = {"X-A": "b"})',
    ).calls;
    assert.deepEqual(
      { ...(call!.sign as object) },
      { secret: token, header: "X-Sig", prefix: "sha256=", encoding: "hex" },
    );
    assert.deepEqual(call!.headers[0], ["X-A", "b"]);
    assert.equal(run("webhook", 'webhook.post("https://a.example", {})').calls[0]!.sign, undefined);
    const standard = run("webhook", 'webhook.post_standard("https://a.example", {}, vars.TOKEN)').calls[0]!.sign;
    assert.deepEqual({ ...(standard as object) }, { scheme: "standard", secret: token });
  });

  test("fails when the receiver refuses", () => {
    const { failure } = run("webhook", 'webhook.post("https://a.example", {})', [{ status: 400, body: "no" }]);
    assert.equal(failure?.message, "fail: webhook: the receiver answered 400 Said: no");
  });
});

suite("k8s", () => {
  const cluster = 'c = k8s.cluster("https://k.example", vars.TOKEN, "prod")\n';
  const k8s = (body: string, answers: readonly Answer[] = []) => run("k8s", cluster + body, answers);

  test("sends the token, and the kind of patch", () => {
    const kinds = (of: string) => k8s(`k8s.patch(c, "Pod", "a", {}, type = "${of}")`).calls[0]!.headers;
    assert.deepEqual(kinds("strategic")[0], ["Authorization", bearer]);
    assert.deepEqual(kinds("merge").at(-1), ["Content-Type", "application/merge-patch+json"]);
    assert.match(
      k8s('k8s.patch(c, "Pod", "a", {}, type = "yaml")').failure!.message,
      /want one of strategic, merge, json/,
    );
    const apply = 'k8s.apply(c, {"kind": "Pod", "metadata": {"name": "a", "namespace": "other"}}, force = True)';
    const [applied] = k8s(apply).calls;
    assert.equal(applied!.path, "https://k.example/api/v1/namespaces/other/pods/a");
    assert.deepEqual(applied!.headers.at(-1), ["Content-Type", "application/apply-patch+yaml"]);
  });

  test("follows the pages of a list", () => {
    const { calls, lines } = k8s('print([one.n for one in k8s.list(c, "Pod", all_namespaces = True)])', [
      { body: { items: [{ n: 1 }], metadata: { continue: "abc" } } },
      { body: { items: [{ n: 2 }], metadata: { continue: "" } } },
    ]);
    assert.deepEqual(lines, ["[1, 2]"]);
    assert.deepEqual(calls.map(showCall), [
      "GET https://k.example/api/v1/pods?limit=500",
      "GET https://k.example/api/v1/pods?limit=500&continue=abc",
    ]);
  });

  test("knows what is not there, and fails with what the server says", () => {
    const missing: Answer = { status: 404, body: { message: 'pods "a" not found' } };
    assert.deepEqual(k8s('print(k8s.get(c, "Pod", "a"), k8s.delete(c, "Pod", "a"))', [missing, missing]).lines, [
      "None False",
    ]);
    assert.equal(
      k8s('k8s.scale(c, "Deployment", "a", 1)', [missing]).failure!.message,
      'fail: k8s: Deployment a: the API server answered 404 Said: pods "a" not found',
    );
    assert.match(
      k8s('k8s.list(c, "Pod")', [{ status: 403, body: "<html>" }]).failure!.message,
      /k8s: Pod: the API server answered 403 Said$/,
    );
    assert.match(k8s('k8s.get(c, "Pot", "a")').failure!.message, /the kind "Pot" is not known here; write the path/);
    assert.equal(
      k8s('k8s.get(c, "apis/x.io/v1/things*", "a")').calls[0]!.path,
      "https://k.example/apis/x.io/v1/things/a",
    );
  });

  const deployment = (status: object, generation = 1) => ({
    body: {
      kind: "Deployment",
      metadata: { generation },
      spec: { replicas: 2 },
      status: { observedGeneration: 1, ...status },
    },
  });

  test("waits for a rollout", () => {
    const steps = [
      deployment({}, 2),
      deployment({ updatedReplicas: 1, replicas: 2, availableReplicas: 2 }),
      deployment({ updatedReplicas: 2, replicas: 3, availableReplicas: 3 }),
      deployment({ updatedReplicas: 2, replicas: 2, availableReplicas: 1 }),
      deployment({ updatedReplicas: 2, replicas: 2, availableReplicas: 2 }),
    ];
    const states = k8s('for _ in range(5):\n    print(k8s.rollout(k8s.get(c, "Deployment", "a")).message)', steps);
    assert.deepEqual(states.lines, [
      "the change is not seen yet",
      "1 of 2 replicas are updated",
      "1 old replicas are there still",
      "1 of 2 replicas are available",
      "2 replicas are available",
    ]);
    const waited = k8s('k8s.wait_rollout(c, "Deployment", "a", every = "20s")', steps);
    assert.deepEqual([waited.failure, waited.calls.length, waited.elapsedMs], [undefined, 5, 80_000]);
  });

  test("says why a rollout does not come to its end", () => {
    const conditions = [{ type: "Progressing", reason: "ProgressDeadlineExceeded", message: "no progress" }];
    const failed = k8s('k8s.wait_rollout(c, "Deployment", "a")', [deployment({ conditions })]);
    assert.equal(failed.failure?.message, "fail: k8s: the rollout of Deployment a failed: no progress");
    const slow = deployment({ updatedReplicas: 1 });
    const late = k8s('k8s.wait_rollout(c, "Deployment", "a", timeout = "15s")', [slow, slow, slow]);
    assert.equal(
      late.failure?.message,
      "fail: k8s: the rollout of Deployment a takes longer than 15s: 1 of 2 replicas are updated",
    );
    const gone = k8s('k8s.wait_rollout(c, "Deployment", "a")', [{ status: 404, body: {} }]);
    assert.equal(gone.failure?.message, "fail: k8s: there is no Deployment a");
  });

  test("tells the rollout of daemon sets by their nodes", () => {
    const status = { observedGeneration: 1, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 };
    const body = { kind: "DaemonSet", metadata: { generation: 1 }, spec: {}, status };
    const { lines } = k8s('print(k8s.rollout(k8s.get(c, "DaemonSet", "a")).message)', [{ body }]);
    assert.deepEqual(lines, ["2 of 3 replicas are available"]);
  });
});
