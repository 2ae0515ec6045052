/** How states hold the API's own objects. Codes are append-only. */
import { type ByteReader, type ByteWriter, CorruptBytes } from "../snapshot/bytes.ts";
import type { HostKind } from "../snapshot/heap-kinds.ts";
import type { HeapReader } from "../snapshot/heap-reader.ts";
import type { HeapWriter } from "../snapshot/heap-writer.ts";
import type { HeapValue, Value } from "../values/value.ts";
import { Channel } from "./channel.ts";
import { type AnyFuture, FiberFuture, Future } from "./future.ts";
import type { CompletionKind } from "./host.ts";
import { Headers, Response } from "./response.ts";

/** By number in the format; append-only. */
const completions: readonly CompletionKind[] = ["value", "http_response", "event", "bool", "none", "gitlab_body"];
const futureStates: readonly AnyFuture["state"][] = ["pending", "ready", "failed", "cancelled"];

/** Of an effect that the first fiber asked for. */
const future: HostKind = {
  code: 32,
  matches: (value) => value instanceof Future && value.fiber === 0,
  writeShell: writeFuture,
  readShell: (input) => readFuture(input, 0),
  writeBody: writeAnswer,
  readBody: readAnswer,
};

/** Of an effect that another fiber asked for. */
const futureOfFiber: HostKind = {
  code: 36,
  matches: (value) => value instanceof Future,
  writeShell(value, out) {
    out.natural((value as Future).fiber);
    writeFuture(value, out);
  },
  readShell: (input) => readFuture(input, input.natural()),
  writeBody: writeAnswer,
  readBody: readAnswer,
};

function writeFuture(value: HeapValue, out: ByteWriter): void {
  const { effect, completion } = value as Future;
  out.natural(effect);
  out.byte(completions.indexOf(completion));
}

function readFuture(input: ByteReader, fiber: number): Future {
  const effect = input.natural();
  const completion = completions[input.byte()];
  if (completion === undefined) throw new CorruptBytes("a future of an unknown kind");
  return new Future(effect, completion, fiber);
}

function writeAnswer(value: HeapValue, out: HeapWriter): void {
  const object = value as Future;
  writeResult(object, out);
  out.text(object.subscription);
  out.out.natural(object.position);
  out.out.byte(object.taken ? 1 : 0);
}

function readAnswer(value: HeapValue, input: HeapReader): void {
  const object = value as Future;
  readResult(object, input);
  object.subscription = input.text();
  object.position = input.input.natural();
  object.taken = input.input.byte() === 1;
  const textExpected =
    object.state === "failed" || (object.state === "ready" && object.completion === "event" && !object.taken);
  if (textExpected && typeof object.value !== "string") throw new CorruptBytes("a future without its text");
}

const fiberFuture: HostKind = {
  code: 37,
  matches: (value) => value instanceof FiberFuture,
  writeShell: (value, out) => out.natural((value as FiberFuture).fiber),
  readShell: (input) => new FiberFuture(input.natural()),
  writeBody(value, out) {
    const object = value as FiberFuture;
    writeResult(object, out);
    out.out.natural(object.nth);
    out.out.byte(object.seen ? 1 : 0);
  },
  readBody(value, input) {
    const object = value as FiberFuture;
    readResult(object, input);
    object.nth = input.input.natural();
    object.seen = input.input.byte() === 1;
    if (object.state === "failed" && typeof object.value !== "string")
      throw new CorruptBytes("a failure without its text");
  },
};

function writeResult({ state, seq, value }: AnyFuture, out: HeapWriter): void {
  out.out.byte(futureStates.indexOf(state));
  out.out.natural(seq);
  out.value(value);
}

function readResult(object: AnyFuture, input: HeapReader): void {
  const state = futureStates[input.input.byte()];
  if (state === undefined) throw new CorruptBytes("a future in an unknown state");
  object.state = state;
  object.seq = input.input.natural();
  object.value = input.value();
}

const channel: HostKind = {
  code: 33,
  matches: (value) => value instanceof Channel,
  writeShell: (value, out) => out.text((value as Channel).name),
  readShell: (input) => new Channel(input.text()),
  writeBody() {},
  readBody() {},
};

const headers: HostKind = {
  code: 34,
  matches: (value) => value instanceof Headers,
  writeShell() {},
  readShell: () => new Headers(),
  writeBody: writeHeaders,
  readBody: readHeaders,
};

function writeHeaders(value: HeapValue, out: HeapWriter): void {
  const fields = value as Headers;
  out.out.natural(fields.size);
  for (const [name, text] of fields.entries()) {
    out.value(name);
    out.value(text);
  }
}

function readHeaders(value: HeapValue, input: HeapReader): void {
  const fields = value as Headers;
  const count = input.input.count();
  for (let i = 0; i < count; i++) {
    const [name, text] = [input.value(), input.value()];
    if (typeof name !== "string" || typeof text !== "string") throw new CorruptBytes("a header field is not text");
    fields.set(name, text);
  }
  fields.frozen = true;
}

const response: HostKind = {
  code: 35,
  matches: (value) => value instanceof Response,
  writeShell(value, out) {
    const { statusCode, status } = value as Response;
    out.natural(statusCode);
    out.text(status);
  },
  readShell: (input) => new Response(input.natural(), input.text(), new Headers(), ""),
  writeBody(value, out) {
    const { headers: fields, body } = value as Response;
    out.value(fields);
    out.text(body);
  },
  readBody(value, input) {
    const object = value as Response;
    const fields: Value = input.value();
    if (!(fields instanceof Headers)) throw new CorruptBytes("a response without headers");
    object.headers = fields;
    object.body = input.text();
  },
};

export const apiHeapKinds: readonly HostKind[] = [future, channel, headers, response, futureOfFiber, fiberFuture];
