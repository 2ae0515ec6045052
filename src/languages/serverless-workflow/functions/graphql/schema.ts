/** Of a GraphQL schema (SDL) only what a call needs: the fields of its queries and mutations with the types of their arguments. */

/** Fields by name, each with its arguments' types by name. Empty when the schema has no such type. */
export function fieldsOfSchema(text: string, operation: "query" | "mutation"): Map<string, Map<string, string>> {
  const tokens = tokensOf(text);
  const root = rootType(tokens, operation);
  const fields = new Map<string, Map<string, string>>();
  for (let at = 0; at < tokens.length; at++) {
    // "type Query", "extend type Query"
    if (tokens[at] === "type" && tokens[at + 1] === root) readFields(tokens, bodyAfter(tokens, at + 2), fields);
  }
  return fields;
}

/** Names, punctuation and strings; commas and comments mean nothing. */
function tokensOf(text: string): string[] {
  const pattern = /"""[^]*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[_A-Za-z]\w*|-?\d[\d.eE+-]*|\.\.\.|[{}()[\]:!=@|&$]/g;
  return (text.match(pattern) ?? []).filter((token) => !token.startsWith("#") && !token.startsWith('"'));
}

/** "Query" unless the schema says otherwise. */
function rootType(tokens: readonly string[], operation: "query" | "mutation"): string {
  const schema = tokens.indexOf("schema");
  if (schema !== -1) {
    const end = tokens.indexOf("}", schema);
    for (let at = schema; at < end; at++) {
      if (tokens[at] === operation && tokens[at + 1] === ":") return tokens[at + 2]!;
    }
  }
  return operation === "query" ? "Query" : "Mutation";
}

/** The position behind the "{" of a type; -1 when it has no fields. */
function bodyAfter(tokens: readonly string[], from: number): number {
  for (let at = from; at < tokens.length; at++) {
    if (tokens[at] === "{") return at + 1;
    if (tokens[at] === "type" || tokens[at] === "}") return -1;
  }
  return -1;
}

function readFields(tokens: readonly string[], from: number, fields: Map<string, Map<string, string>>): void {
  if (from === -1) return;
  let at = from;
  while (at < tokens.length && tokens[at] !== "}") {
    const name = tokens[at++]!;
    const types = new Map<string, string>();
    if (tokens[at] === "(") at = readArguments(tokens, at + 1, types);
    if (tokens[at] !== ":") continue;
    at = behindType(tokens, at + 1);
    at = behindDirectives(tokens, at);
    fields.set(name, types);
  }
}

/** The position behind the ")". */
function readArguments(tokens: readonly string[], from: number, types: Map<string, string>): number {
  let at = from;
  while (at < tokens.length && tokens[at] !== ")") {
    const name = tokens[at++]!;
    if (tokens[at] !== ":") continue;
    const end = behindType(tokens, at + 1);
    types.set(name, tokens.slice(at + 1, end).join(""));
    at = end;
    if (tokens[at] === "=") at = behindValue(tokens, at + 1);
    at = behindDirectives(tokens, at);
  }
  return at + 1;
}

function behindType(tokens: readonly string[], from: number): number {
  let at = from;
  while (tokens[at] === "[") at++;
  at++;
  while (tokens[at] === "]" || tokens[at] === "!") at++;
  return at;
}

function behindValue(tokens: readonly string[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    if (tokens[at] === "[" || tokens[at] === "{") depth++;
    if (tokens[at] === "]" || tokens[at] === "}") depth--;
    if (depth <= 0) return at + 1;
  }
  return tokens.length;
}

function behindDirectives(tokens: readonly string[], from: number): number {
  let at = from;
  while (tokens[at] === "@") {
    at += 2;
    if (tokens[at] !== "(") continue;
    while (at < tokens.length && tokens[at] !== ")") at++;
    at++;
  }
  return at;
}
