import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { AutoFlowError } from "../core/errors.ts";
import { eventText, type NewEvent } from "../core/event.ts";
import { gitlabTypeTable } from "./gitlab/type-table.ts";
import { toEvent } from "./gitlab-webhook.ts";
import type { Headers } from "./headers.ts";

const testdata = new URL("testdata/", import.meta.url);
const hooks = JSON.parse(readFileSync(new URL("hooks.json", testdata), "utf8")) as Record<string, string>;

function bodyOf(name: string): Buffer {
  return readFileSync(new URL(`webhooks/${name}.json`, testdata));
}

function deliver(name: string, headers: Headers = {}) {
  return toEvent(
    {
      "x-gitlab-event": hooks[name],
      "x-gitlab-instance": "https://gitlab.example.com",
      "idempotency-key": "f5e5f430",
      ...headers,
    },
    bodyOf(name),
  );
}

function dataOf(event: NewEvent): unknown {
  return (JSON.parse(eventText(event)) as { data: unknown }).data;
}

function fromJson(body: unknown, headers: Headers = {}) {
  return toEvent(headers, Buffer.from(JSON.stringify(body)));
}

describe("GitLab's webhooks as events", () => {
  it("has a hook name for every body in the test data", () => {
    const files = readdirSync(new URL("webhooks/", testdata)).map((file) => file.replace(".json", ""));
    assert.deepEqual(files.toSorted(), Object.keys(hooks).toSorted());
  });

  for (const name of Object.keys(hooks)) {
    it(`${hooks[name]}: ${name}`, () => {
      const event = deliver(name);
      assert.equal(event.attributes.type, `com.gitlab.events.${name.split("-")[0]}`);
      const row = gitlabTypeTable().find(({ type }) => type === event.attributes.type);
      if (hooks[name] !== "Service Hook" && hooks[name] !== "System Hook" && hooks[name] !== "Build Hook") {
        assert.ok(row?.hook.split(", ").includes(hooks[name]!));
      }
      assert.ok(bodyOf(name).equals(event.body));
      assert.match(event.attributes.subject ?? "", /^[a-z_]+\/./);
      const seen = dataOf(event) as Record<string, unknown>;
      const received = JSON.parse(bodyOf(name).toString()) as Record<string, unknown>;
      assert.deepEqual({ ...seen, ...received }, seen);
    });
  }

  it("gives an issue update all its attributes", () => {
    const { project, attributes, overlay } = deliver("issue_updated");
    assert.deepEqual(attributes, {
      id: "f5e5f430",
      source: "https://gitlab.example.com/atlas/beacon",
      type: "com.gitlab.events.issue_updated",
      subject: "issues/12",
      time: "2026-11-02T14:06:51Z",
      datacontenttype: "application/json",
      extensions: { comgitlabevent: "Issue Hook" },
    });
    assert.equal(project, "42");
    assert.equal(overlay, '{"issue":{"id":9120,"iid":12}}');
  });

  it("lays GitLab's thin ids over a body that lacks them, and over no other", () => {
    assert.equal(deliver("merge_request_created").overlay, '{"merge_request":{"id":6203,"iid":27}}');
    assert.equal(deliver("work_item_updated").overlay, '{"work_item":{"id":9140,"iid":15}}');
    assert.equal(deliver("job_started-legacy").overlay, '{"project":{"id":42}}');
    assert.equal(deliver("note_created").overlay, "");
    assert.equal(fromJson({ object_kind: "issue", issue: null, object_attributes: { id: 1, iid: 2 } }).overlay, "");
    assert.equal(fromJson({ object_kind: "issue", object_attributes: { id: 1 } }).overlay, "");
    assert.equal(fromJson([{ project_id: 4 }]).overlay, "");
  });

  it("puts hooks of groups and of the instance under their own scope", () => {
    assert.equal(deliver("member_added").project, "group/7");
    assert.equal(deliver("project_created").project, "group/7");
    assert.equal(deliver("subgroup_deleted").project, "group/7");
    assert.equal(deliver("milestone_created-group").project, "group/7");
    assert.equal(deliver("access_token_expiring-group").project, "group/7");
    assert.equal(deliver("user_created").project, "instance");
    assert.equal(deliver("member_added-project").project, "42");
    assert.equal(deliver("vulnerability_confirmed").project, "42");
    assert.equal(fromJson({ object_kind: "work_item", object_attributes: { namespace_id: 9 } }).project, "group/9");
  });

  it("names the subject by what people call the object", () => {
    assert.equal(deliver("note_created-merge_request").attributes.subject, "merge_requests/27/notes/55031");
    assert.equal(deliver("emoji_awarded").attributes.subject, "issues/12/award_emoji/801");
    assert.equal(deliver("branch_created").attributes.subject, "branches/12-dark-means-dark");
    assert.equal(deliver("vulnerability_confirmed").attributes.subject, "vulnerabilities/1207");
  });

  it("writes every time as RFC 3339 and leaves out what is none", () => {
    assert.equal(deliver("deployment_succeeded").attributes.time, "2026-11-03T10:15:09+00:00");
    assert.equal(deliver("branch_updated").attributes.time, undefined);
    const at = (updated_at: string) =>
      fromJson({ object_kind: "issue", object_attributes: { updated_at } }).attributes.time;
    assert.equal(at("2026-11-02T14:06:51.123Z"), "2026-11-02T14:06:51.123Z");
    assert.equal(at("2026-11-02 14:06:51 +0100"), "2026-11-02T14:06:51+01:00");
    assert.equal(at("2026-13-02 14:06:51 UTC"), undefined);
    assert.equal(at("yesterday"), undefined);
  });

  describe("the id", () => {
    it("is what stays the same when a delivery is sent again", () => {
      assert.equal(deliver("issue_updated", { "webhook-id": "msg_1" }).attributes.id, "msg_1");
      assert.equal(deliver("issue_updated").attributes.id, "f5e5f430");
    });

    it("is made of the body for a GitLab that sends no key", () => {
      const old = { "idempotency-key": undefined };
      const first = deliver("issue_updated", old).attributes.id;
      assert.match(first, /^sha256:[0-9a-f]{32}$/);
      assert.equal(deliver("issue_updated", old).attributes.id, first);
      assert.notEqual(deliver("issue_closed", old).attributes.id, first);
      const uuid = deliver("issue_updated", { ...old, "x-gitlab-webhook-uuid": "u1" }).attributes.id;
      assert.equal(uuid, first.replace("sha256", "u1"));
    });
  });

  describe("the source", () => {
    it("falls back from the header to the body", () => {
      const none = { "x-gitlab-instance": undefined };
      assert.equal(deliver("issue_updated", none).attributes.source, "https://gitlab.example.com/atlas/beacon");
      assert.equal(fromJson({}).attributes.source, "gitlab");
      assert.equal(
        fromJson({}, { "x-gitlab-instance": "https://x.test/gitlab/" }).attributes.source,
        "https://x.test/gitlab",
      );
    });

    it("is a URI whatever the body says", () => {
      const event = fromJson(
        { project: { path_with_namespace: "a b/ü\ud800" } },
        { "x-gitlab-instance": "https://x.test" },
      );
      assert.equal(event.attributes.source, "https://x.test/a%20b/%C3%BC%EF%BF%BD");
    });
  });

  describe("kinds and actions that are not in the table", () => {
    const typeOf = (body: unknown, hook?: string) => fromJson(body, { "x-gitlab-event": hook }).attributes.type;

    it("follow the pattern as far as the body tells", () => {
      assert.equal(typeOf({ object_kind: "epic_board", action: "destroy" }), "com.gitlab.events.epic_board_deleted");
      assert.equal(typeOf({ object_kind: "deploy freeze!" }), "com.gitlab.events.deploy_freeze_received");
      assert.equal(typeOf({ event_name: "deploy_token_create" }), "com.gitlab.events.deploy_token_created");
      assert.equal(typeOf({ event_name: "expiring_deploy_token" }), "com.gitlab.events.deploy_token_expiring");
      assert.equal(typeOf({ event_name: "tremor" }), "com.gitlab.events.tremor_received");
      assert.equal(
        typeOf({ object_kind: "issue", object_attributes: { action: "Lock it" } }),
        "com.gitlab.events.issue_lock_it",
      );
    });

    it("take the hook's name when a custom template reshaped the body", () => {
      assert.equal(typeOf({ text: "hi" }, "Quality Gate Hook"), "com.gitlab.events.quality_gate_received");
      assert.equal(typeOf({ text: "hi" }, "Confidential Issue Hook"), "com.gitlab.events.issue_updated");
      assert.equal(typeOf({ build_status: "failed" }, "Job Hook"), "com.gitlab.events.job_failed");
      assert.equal(typeOf([1, 2], undefined), "com.gitlab.events.unknown_received");
      assert.equal(typeOf(null, "?"), "com.gitlab.events.unknown_received");
      assert.equal(
        typeOf({ object_kind: "constructor", action: "toString" }),
        "com.gitlab.events.constructor_tostring",
      );
    });

    it("take a missing action for the one that fits most", () => {
      assert.equal(typeOf({ object_kind: "issue" }), "com.gitlab.events.issue_updated");
      assert.equal(typeOf({ object_kind: "note" }), "com.gitlab.events.note_created");
    });
  });

  it("makes a safe type and an unbroken event text of any JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.option(fc.string(), { nil: undefined }), (body, hook) => {
        const event = fromJson(body, { "x-gitlab-event": hook });
        assert.match(event.attributes.type, /^com\.gitlab\.events\.[a-z0-9_]+$/);
        assert.deepEqual(dataOf(event), JSON.parse(JSON.stringify(body)));
      }),
    );
  });

  it("makes an event of a table kind with hostile fields", () => {
    const kinds = fc.constantFrom(
      "issue",
      "note",
      "push",
      "build",
      "pipeline",
      "vulnerability",
      "emoji",
      "access_token",
    );
    fc.assert(
      fc.property(
        kinds,
        fc.dictionary(fc.constantFrom("object_attributes", "project", "issue", "ref", "before"), fc.jsonValue()),
        (kind, rest) => {
          assert.match(fromJson({ object_kind: kind, ...rest }).attributes.type, /^com\.gitlab\.events\.[a-z0-9_]+$/);
        },
      ),
    );
  });

  it("refuses what is not JSON, saying why", () => {
    const refuse = (body: Uint8Array, message: RegExp) =>
      assert.throws(
        () => toEvent({}, body),
        (error) =>
          error instanceof AutoFlowError && error.code === "REQUEST_JSON_MALFORMED" && message.test(error.message),
      );
    refuse(Buffer.alloc(0), /is empty/);
    refuse(Buffer.from("{"), /not valid JSON/);
    refuse(Buffer.from([0x22, 0xff, 0x22]), /not UTF-8/);
  });

  it("has a regular type for every word in the table, and one of its own for each word of a kind", () => {
    const rows = gitlabTypeTable();
    for (const { type } of rows) assert.match(type, /^com\.gitlab\.events\.[a-z_]+_[a-z]+$/);
    const types = rows.filter(({ field }) => field !== "event_name").map(({ type }) => type);
    assert.equal(new Set(types).size, types.length);
  });

  it("bears values that are nested without end", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    for (const name of ["object_kind", "project", "object_attributes"]) {
      const body = Buffer.from(`{"event_name":"user_create","${name}":${deep}}`);
      assert.equal(toEvent({}, body).attributes.type, "com.gitlab.events.user_created");
    }
  });

  it("takes a byte order mark for what it is", () => {
    const event = toEvent({}, Buffer.from('\ufeff{"object_kind":"issue","object_attributes":{"id":1,"iid":2}}'));
    assert.equal((dataOf(event) as { issue: { iid: number } }).issue.iid, 2);
  });
});
