/** HTTP headers with lower-case names, as Node gives them. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The one value of a header, without surrounding space; undefined when it is not there or empty. */
export function headerText(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  const text = (typeof value === "string" ? value : value?.[0])?.trim();
  return text === "" ? undefined : text;
}
