/** Where a test failed, of its traceback. */
import type { Location } from "../../core/errors.ts";
import { isDriver } from "../../languages/starlark/run/test-functions.ts";

const frame = /^\s+(.+?):(\d+):(\d+): in /;

/** The innermost frame that is no file of the library and no builtin. */
export function placeOfFailure(traceback: string): Location | undefined {
  const places = traceback.split("\n").flatMap((line) => {
    const match = frame.exec(line);
    if (match === null || match[1]!.startsWith("@") || match[1]!.startsWith("<")) return [];
    return [{ file: match[1]!, line: Number(match[2]), column: Number(match[3]) }];
  });
  return places.at(-1);
}

/** Nobody has written the driver. */
export function withoutDriver(traceback: string): string {
  return traceback
    .split("\n")
    .filter((line) => !isDriver(frame.exec(line)?.[1] ?? ""))
    .join("\n");
}
