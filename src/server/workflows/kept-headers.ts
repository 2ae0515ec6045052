/** Which headers of a request a run may see (`$WORKFLOW.headers`), and so are kept with it: never credentials. */
import { isCredential } from "../../config/credential-names.ts";

/** They are about the connection or the body, or are the browser's. */
const notAboutTheMatter =
  /^(host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|via|forwarded|date|accept(-.*)?|content-.*|sec-.*|if-.*|cache-control|pragma|dnt|priority)$/;

const credentials =
  /^(proxy-.*|x-authorization.*|x-forwarded-.*|cookie2?|set-cookie2?|www-authenticate)$|session|csrf|xsrf/;

const maxHeaders = 50;
const maxCharacters = 8192;

/** By lower-case names; undefined when there are none. */
export function keptHeaders(
  headers: Record<string, string | string[] | undefined>,
): Record<string, string> | undefined {
  const kept: Record<string, string> = {};
  let count = 0;
  let characters = 0;
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || notAboutTheMatter.test(name)) continue;
    const text = typeof value === "string" ? value : value.join(", ");
    if (credentials.test(name) || isCredential(name, text)) continue;
    characters += name.length + text.length;
    if (count === maxHeaders || characters > maxCharacters) break;
    count++;
    kept[name] = text;
  }
  return count === 0 ? undefined : kept;
}
