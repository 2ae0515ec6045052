import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { AutoFlowError } from "../core/errors.ts";
import { eventText, type EventAttributes, type NewEvent } from "../core/event.ts";
import { parseCloudEvents } from "./cloudevents.ts";
import type { Headers } from "./headers.ts";

const structured = { "content-type": "application/cloudevents+json" };
const batched = { "content-type": "application/cloudevents-batch+json; charset=utf-8" };
const plain = { "content-type": "application/json" };
const required = { specversion: "1.0", id: "1", source: "/here", type: "com.example.t" };

function parse(headers: Headers, body: string | Uint8Array): NewEvent[] {
  return parseCloudEvents(headers, typeof body === "string" ? Buffer.from(body) : body, "42");
}

function parseOne(headers: Headers, body: unknown): NewEvent {
  const events = parse(headers, typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body));
  assert.equal(events.length, 1);
  return events[0]!;
}

function bodyText(event: NewEvent): string {
  return Buffer.from(event.body).toString();
}

function refuses(headers: Headers, body: unknown, message: RegExp, code = "EVENT_INVALID") {
  assert.throws(
    () => parse(headers, typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body)),
    (error) => {
      assert.ok(error instanceof AutoFlowError);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    },
  );
}

describe("structured mode", () => {
  it("takes every attribute, and extensions of every type", () => {
    const event = parseOne(structured, {
      ...required,
      subject: "issues/1",
      time: "2026-11-02T14:06:51.5+01:00",
      datacontenttype: "application/json",
      dataschema: "https://example.com/schema",
      traceparent: "00-x",
      count: -3,
      urgent: false,
      data: { a: 1 },
    });
    assert.deepEqual(event, {
      project: "42",
      attributes: {
        id: "1",
        source: "/here",
        type: "com.example.t",
        subject: "issues/1",
        time: "2026-11-02T14:06:51.5+01:00",
        datacontenttype: "application/json",
        dataschema: "https://example.com/schema",
        extensions: { traceparent: "00-x", count: -3, urgent: false },
      },
      body: Buffer.from('{"a":1}'),
      overlay: "",
    });
  });

  it("keeps data as it is written", () => {
    const data = '{"z" : 1.0, "10":12345678901234567890, "9":-0, "e":1E+2, "s":"\\u00fc\\/ü", "z":2}';
    const text = `{"data":${data},"specversion":"1.0","id":"1","source":"/","type":"t"}`;
    assert.equal(bodyText(parseOne(structured, text)), data);
    assert.equal(bodyText(parseOne(structured, `\ufeff ${text}\n`)), data);
  });

  it("takes an attribute that is null for one that is left out", () => {
    const event = parseOne(structured, { ...required, subject: null, custom: null, data_base64: null });
    assert.deepEqual(event.attributes, { id: "1", source: "/here", type: "com.example.t" });
    assert.equal(event.body.length, 0);
  });

  it("takes data that is no JSON from a string or from base64", () => {
    const text = { ...required, datacontenttype: "text/plain" };
    assert.equal(bodyText(parseOne(structured, { ...text, data: "Grüße" })), "Grüße");
    assert.equal(bodyText(parseOne(structured, { ...text, data_base64: "R3LDvMOfZQ==" })), "Grüße");
    assert.equal(bodyText(parseOne(structured, { ...required, data_base64: "eyJhIjoxfQ==" })), '{"a":1}');
    refuses(
      structured,
      { ...text, data: 5 },
      /"data" has to be a string, since datacontenttype is "text\/plain"; got 5/,
    );
    refuses(structured, { ...text, data: "a", data_base64: "YQ==" }, /not both/);
    refuses(structured, { ...text, data_base64: "Y" }, /"data_base64" is not base64/);
    refuses(structured, { ...required, data_base64: "/w==" }, /not valid JSON, and it has no content type/);
  });

  it("says which attribute is wrong", () => {
    const wrong = (attributes: Record<string, unknown>, message: RegExp) =>
      refuses(structured, { ...required, ...attributes }, message);
    wrong({ specversion: "0.3" }, /"specversion" has to be "1\.0"; got "0\.3"/);
    wrong({ specversion: undefined }, /"specversion".*not there/);
    for (const name of ["id", "source", "type"]) {
      wrong({ [name]: undefined }, new RegExp(`"${name}", got nothing`));
      wrong({ [name]: "" }, new RegExp(`"${name}", got ""`));
      wrong({ [name]: 7 }, new RegExp(`"${name}", got 7`));
    }
    wrong({ source: "not a uri" }, /"source" is not a URI reference/);
    wrong({ id: "a\nb" }, /"id" has a control character/);
    wrong({ subject: "" }, /"subject" has to be a non-empty string/);
    wrong({ subject: { a: 1 } }, /"subject".*got an object/);
    wrong({ time: "yesterday" }, /"time" is not a time.*got "yesterday"/);
    wrong({ time: "2026-13-01T00:00:00Z" }, /"time"/);
    wrong({ time: "2026-11-01" }, /"time"/);
    wrong({ dataschema: "relative/path" }, /"dataschema" is not an absolute URI/);
    wrong({ datacontenttype: "json" }, /"datacontenttype" is not a media type/);
    wrong({ my_ext: "x" }, /attribute name "my_ext" is not allowed/);
    wrong({ myExt: "x" }, /attribute name "myExt"/);
    wrong({ ext: 1.5 }, /"ext" has to be a string, a boolean or an integer/);
    wrong({ ext: 2 ** 31 }, /"ext" has to be/);
    wrong({ ext: ["x"] }, /"ext" has to be/);
    wrong({ ext: "\u0007" }, /"ext" has to be/);
  });

  it("takes a leap second", () => {
    assert.equal(
      parseOne(structured, { ...required, time: "2016-12-31T23:59:60Z" }).attributes.time,
      "2016-12-31T23:59:60Z",
    );
  });

  it("does not mistake names of Object.prototype for attributes", () => {
    const event = parseOne(structured, '{"specversion":"1.0","id":"1","source":"/","type":"t","constructor":"c"}');
    assert.equal(event.attributes.extensions?.["constructor"], "c");
    refuses(structured, '{"specversion":"1.0","id":"1","source":"/","type":"t","__proto__":{"data":1}}', /__proto__/);
  });

  it("bears values that are nested without end", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const text = (name: string) => `{"specversion":"1.0","id":"1","source":"/","type":"t","${name}":${deep}}`;
    assert.equal(bodyText(parseOne(structured, text("data"))), deep);
    for (const name of ["ext", "subject", "id", "specversion"])
      refuses(structured, text(name), new RegExp(`"${name}".*an array`));
  });

  it("refuses what is no JSON object", () => {
    refuses(structured, "[]", /is a JSON object/);
    refuses(structured, "null", /is a JSON object/);
    refuses(structured, "", /is empty/, "REQUEST_JSON_MALFORMED");
    refuses(structured, '{"a":', /not valid JSON/, "REQUEST_JSON_MALFORMED");
    refuses(structured, new Uint8Array([0x22, 0xff, 0x22]), /not UTF-8/, "REQUEST_JSON_MALFORMED");
  });
});

describe("batched mode", () => {
  it("takes events in order, with their data as it is written", () => {
    const events = parse(
      batched,
      ` [ ${JSON.stringify({ ...required, id: "a" })} ,\n{"data": 1.0,${JSON.stringify(required).slice(1)}]`,
    );
    assert.deepEqual(
      events.map((event) => [event.attributes.id, bodyText(event)]),
      [
        ["a", ""],
        ["1", "1.0"],
      ],
    );
  });

  it("may be empty", () => {
    assert.deepEqual(parse(batched, "[]"), []);
    assert.deepEqual(parse(batched, " [ ] "), []);
  });

  it("is refused whole, naming the event that is wrong", () => {
    refuses(batched, [required, { ...required, type: "" }], /^event 2 of the batch: .*"type"/);
    refuses(batched, [required, 7], /^event 2 of the batch: a CloudEvent is a JSON object/);
    refuses(batched, required, /a batch of CloudEvents is a JSON array/);
  });
});

describe("binary mode", () => {
  const headers = {
    "ce-specversion": "1.0",
    "ce-id": "1",
    "ce-source": "/here",
    "ce-type": "t",
    host: "x",
    accept: "*/*",
  };

  it("takes attributes from headers and the body as it is", () => {
    const body = ' {"a": 1.0}\n';
    const event = parseOne({ ...headers, ...plain, "ce-subject": "s", "ce-myext": "5" }, body);
    assert.deepEqual(event.attributes, {
      id: "1",
      source: "/here",
      type: "t",
      subject: "s",
      datacontenttype: "application/json",
      extensions: { myext: "5" },
    });
    assert.equal(bodyText(event), body);
  });

  it("takes bodies of any type, and none", () => {
    const bytes = new Uint8Array([0xff, 0, 1]);
    assert.deepEqual(parseOne({ ...headers, "content-type": "image/png" }, bytes).body, bytes);
    assert.equal(parseOne(headers, "").attributes.datacontenttype, undefined);
    assert.equal(bodyText(parseOne({ ...headers, "content-type": "application/x+json;v=1" }, "[1]")), "[1]");
  });

  it("refuses JSON that is none", () => {
    refuses({ ...headers, ...plain }, "{", /data is not valid JSON, and its content type is application\/json/);
    refuses(headers, "plain text", /it has no content type, which means JSON/);
  });

  it("decodes what senders encode", () => {
    const subject = (value: string) => parseOne({ ...headers, "ce-subject": value }, "").attributes.subject;
    assert.equal(subject("Euro%20%E2%82%AC%20%F0%9F%98%80"), "Euro € 😀");
    assert.equal(subject("50%"), "50%");
    assert.equal(subject("%ff%20"), "%ff%20");
    assert.equal(subject('"a \\"b\\" %41"'), 'a "b" A');
  });

  it("says which header is wrong", () => {
    refuses({ ...headers, "ce-id": "" }, "", /"id", got ""/);
    refuses({ ...headers, "ce-specversion": "2.0" }, "", /"specversion"/);
    refuses({ ...headers, "ce-my-ext": "x" }, "", /attribute name "my-ext"/);
    refuses({ ...headers, "ce-datacontenttype": "text/plain" }, "", /ce-datacontenttype is not allowed/);
    refuses({ ...headers, "ce-data": "x" }, "", /ce-data is not allowed/);
    refuses({ ...headers, "content-type": "nonsense" }, "x", /"datacontenttype" is not a media type/);
  });
});

describe("plain JSON", () => {
  it("is an event, or several, that need not say their version", () => {
    const { specversion, ...rest } = required;
    assert.equal(parseOne(plain, { ...rest, data: [1] }).attributes.id, "1");
    assert.equal(parse(plain, JSON.stringify([rest, required])).length, 2);
    refuses(plain, { ...required, specversion: `${specversion}1` }, /"specversion"/);
    refuses(structured, rest, /"specversion"/);
    refuses(plain, { object_kind: "issue" }, /"id", got nothing/);
  });
});

describe("other content types", () => {
  it("are no CloudEvent", () => {
    refuses({}, "", /no content type/);
    refuses({ "content-type": "text/plain" }, "", /content type text\/plain/);
    refuses({ "content-type": "application/cloudevents+avro", "ce-specversion": "1.0" }, "", /cloudevents\+avro/);
  });

  it("do not depend on letter case or parameters", () => {
    assert.equal(
      parse({ "content-type": "Application/CloudEvents+JSON ; charset=UTF-8" }, JSON.stringify(required)).length,
      1,
    );
  });
});

describe("what goes out comes in again", () => {
  const text = fc
    .string({ minLength: 1, unit: "grapheme" })
    .filter((value) => value.isWellFormed() && !/\p{Cc}/u.test(value));
  const extension = fc.oneof(text, fc.boolean(), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
  const attributes: fc.Arbitrary<EventAttributes> = fc.record(
    {
      id: text,
      source: fc.webUrl(),
      type: text,
      subject: text,
      time: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString()),
      dataschema: fc.webUrl(),
      extensions: fc.dictionary(fc.stringMatching(/^ext[a-z0-9]{1,10}$/), extension, {
        minKeys: 1,
        noNullPrototype: true,
      }),
    },
    { requiredKeys: ["id", "source", "type"], noNullPrototype: true },
  );
  const event: fc.Arbitrary<NewEvent> = fc.record({
    project: fc.constant("42"),
    attributes,
    body: fc.oneof(fc.constant(""), fc.json()).map((json) => new Uint8Array(Buffer.from(json))),
    overlay: fc.constant(""),
  });
  const plainly = (given: NewEvent) => ({ ...given, body: bodyText(given) });

  it("in structured and batched mode", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 4 }), (events) => {
        const read = parse(batched, `[${events.map(eventText).join(",")}]`);
        assert.deepEqual(read.map(plainly), events.map(plainly));
        for (const one of events) assert.deepEqual(plainly(parseOne(structured, eventText(one))), plainly(one));
      }),
    );
  });

  it("in binary mode", () => {
    const encode = (value: unknown) =>
      String(value).replace(/[^!-~]|["%]/gu, (character) =>
        Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
      );
    fc.assert(
      fc.property(event, (one) => {
        const { extensions = {}, ...context } = one.attributes;
        const entries = Object.entries({ specversion: "1.0", ...context, ...extensions });
        const headers = Object.fromEntries(entries.map(([name, value]) => [`ce-${name}`, encode(value)]));
        const asText = Object.fromEntries(Object.entries(extensions).map(([name, value]) => [name, String(value)]));
        const expected = "extensions" in one.attributes ? { ...context, extensions: asText } : context;
        const read = parseOne(headers, one.body);
        assert.deepEqual(read.attributes, expected);
        assert.equal(bodyText(read), bodyText(one));
      }),
    );
  });
});
