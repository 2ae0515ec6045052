/** Loads jq in a context that has JavaScript and nothing else, as sandboxes do, and prints what a program gives there. */
import { runInBareContext } from "../../testing/bare-context.ts";

const source = `(jq, text) => {
    const outputs = jq.compileJq(text).all(new Map([["a", [3, 1, 2]], ["t", "é😀"]]), new Map(), { now: () => 0 });
    return outputs.join(" ");
  }`;

const program = `(.a | sort | tojson), (.t | @base64, @uri, utf8bytelength, test("\\\\p{L}")), (now | todate), ("[1.5]" | fromjson | .[0])`;
process.stdout.write(`${await runInBareContext(new URL("../jq.ts", import.meta.url), source, program)}\n`);
