/** Values to payloads and back. Loaded by path, by clients and workers and into the sandbox: it may import nothing of Node. */
import {
  BinaryPayloadConverter,
  CompositePayloadConverter,
  JsonPayloadConverter,
  UndefinedPayloadConverter,
} from "@temporalio/common";
import { ImagePayloadConverter } from "./image-converter.ts";

/** `undefined`, bytes and JSON, in the encodings of all of Temporal's SDKs; images in one of ours. */
export const payloadConverter = new CompositePayloadConverter(
  new UndefinedPayloadConverter(),
  new BinaryPayloadConverter(),
  new ImagePayloadConverter(),
  new JsonPayloadConverter(),
);
