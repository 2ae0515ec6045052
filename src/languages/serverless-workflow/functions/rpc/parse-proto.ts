/** Parses .proto files: proto2, proto3 and editions. Options are read over, but for those that change what is sent. */
import {
  type ProtoEnum,
  type ProtoField,
  type ProtoFile,
  type ProtoMessage,
  ProtoProblem,
  type ProtoService,
} from "./proto-file.ts";
import { ProtoTokens } from "./proto-tokens.ts";

/** Throws ProtoProblem. */
export function parseProto(text: string): ProtoFile {
  return new Parser(text).file();
}

/** Messages in messages. */
const deepest = 50;

class Parser {
  readonly #tokens: ProtoTokens;
  readonly #file: ProtoFile = { package: "", syntax: "proto2", imports: [], messages: [], enums: [], services: [] };

  constructor(text: string) {
    this.#tokens = new ProtoTokens(text);
  }

  file(): ProtoFile {
    const tokens = this.#tokens;
    for (let word = tokens.peek(); word !== undefined; word = tokens.peek()) {
      if (!this.#declaration(word)) this.#definition(word, this.#file.package, 0);
    }
    return this.#file;
  }

  /** What stands at the top only. */
  #declaration(word: string): boolean {
    const tokens = this.#tokens;
    if (word === "syntax" || word === "edition") {
      tokens.take();
      tokens.expect("=");
      const version = tokens.string();
      this.#file.syntax = word === "edition" ? "editions" : version === "proto3" ? "proto3" : "proto2";
    } else if (word === "package") {
      tokens.take();
      this.#file.package = tokens.name();
    } else if (word === "import") {
      tokens.take();
      const isPublic = tokens.has("public");
      if (!isPublic && !tokens.has("weak")) tokens.has("option");
      this.#file.imports.push({ path: tokens.string(), isPublic });
    } else {
      return false;
    }
    tokens.expect(";");
    return true;
  }

  #definition(word: string, scope: string, depth: number): void {
    const tokens = this.#tokens;
    if (tokens.has(";")) return;
    // Editions: whether others may see it.
    if ((word === "export" || word === "local") && tokens.take() !== "")
      return this.#definition(tokens.peek() ?? "", scope, depth);
    switch (word) {
      case "message":
        return this.#message(scope, depth);
      case "enum":
        return this.#enum(scope);
      case "service":
        return this.#service(scope);
      case "extend":
        return this.#extend(scope, depth);
      case "option":
        return this.#skipStatement();
      default:
        throw tokens.unexpected("message, enum, service or option");
    }
  }

  #message(scope: string, depth: number): void {
    this.#tokens.take();
    this.#messageBody(qualified(scope, this.#tokens.name()), depth);
  }

  #messageBody(fullName: string, depth: number): void {
    const tokens = this.#tokens;
    if (depth > deepest) throw new ProtoProblem(`messages are nested more than ${deepest} deep`, 0);
    const message: ProtoMessage = { fullName, fields: [] };
    this.#file.messages.push(message);
    tokens.expect("{");
    while (!tokens.has("}")) this.#member(message, depth);
  }

  #member(message: ProtoMessage, depth: number): void {
    const tokens = this.#tokens;
    const word = tokens.peek();
    switch (word) {
      case "message":
      case "enum":
      case "extend":
      case ";":
        return this.#definition(word, message.fullName, depth + 1);
      case "option":
      case "extensions":
      case "reserved":
        return this.#skipStatement();
      case "oneof":
        tokens.take();
        return this.#oneof(message, tokens.name(), depth);
      default:
        message.fields.push(this.#field(message.fullName, depth));
    }
  }

  #oneof(message: ProtoMessage, name: string, depth: number): void {
    const tokens = this.#tokens;
    tokens.expect("{");
    while (!tokens.has("}")) {
      if (tokens.peek() === "option") this.#skipStatement();
      else if (!tokens.has(";")) message.fields.push({ ...this.#field(message.fullName, depth), oneof: name });
    }
  }

  #field(scope: string, depth: number): ProtoField {
    const tokens = this.#tokens;
    const first = tokens.name();
    const label = first === "repeated" || first === "optional" || first === "required" ? first : "none";
    // A type may be called like a label.
    const type = label === "none" || tokens.peek() === "=" ? first : tokens.name();
    if (type === "map" && tokens.has("<")) {
      const mapKey = tokens.name();
      tokens.expect(",");
      const valueType = tokens.name();
      tokens.expect(">");
      return { ...this.#numbered(valueType, "none"), mapKey };
    }
    if (type === "group") return this.#group(scope, label, depth);
    return this.#numbered(type, label);
  }

  #numbered(type: string, label: ProtoField["label"]): ProtoField {
    const name = this.#tokens.name();
    this.#tokens.expect("=");
    const number = this.#tokens.integer();
    const options = this.#fieldOptions();
    this.#tokens.expect(";");
    return { name, number, type, label, ...options };
  }

  /** proto2: a field and the message that it holds, in one. */
  #group(scope: string, label: ProtoField["label"], depth: number): ProtoField {
    const name = this.#tokens.name();
    this.#tokens.expect("=");
    const number = this.#tokens.integer();
    this.#fieldOptions();
    this.#messageBody(qualified(scope, name), depth + 1);
    return { name: name.toLowerCase(), number, type: `group ${name}`, label };
  }

  #fieldOptions(): Pick<ProtoField, "jsonName" | "packed"> {
    const tokens = this.#tokens;
    const options: Pick<ProtoField, "jsonName" | "packed"> = {};
    if (!tokens.has("[")) return options;
    do {
      const name = this.#optionName();
      tokens.expect("=");
      if (name === "json_name") options.jsonName = tokens.string();
      else if (name === "packed") options.packed = tokens.take() === "true";
      else this.#skipValue();
    } while (tokens.has(","));
    tokens.expect("]");
    return options;
  }

  #optionName(): string {
    const tokens = this.#tokens;
    let name = "";
    while (tokens.peek() !== "=" && tokens.peek() !== undefined) name += tokens.take();
    return name;
  }

  #enum(scope: string): void {
    const tokens = this.#tokens;
    tokens.take();
    const declared: ProtoEnum = { fullName: qualified(scope, tokens.name()), values: [] };
    this.#file.enums.push(declared);
    tokens.expect("{");
    while (!tokens.has("}")) {
      if (tokens.has(";")) continue;
      const name = tokens.name();
      if ((name === "option" || name === "reserved") && tokens.peek() !== "=") {
        this.#skipStatement();
        continue;
      }
      tokens.expect("=");
      const number = tokens.integer();
      this.#fieldOptions();
      tokens.expect(";");
      declared.values.push({ name, number });
    }
  }

  #service(scope: string): void {
    const tokens = this.#tokens;
    tokens.take();
    const service: ProtoService = { fullName: qualified(scope, tokens.name()), methods: [] };
    this.#file.services.push(service);
    tokens.expect("{");
    while (!tokens.has("}")) {
      if (tokens.has(";")) continue;
      if (tokens.peek() === "rpc") this.#method(service);
      else this.#skipStatement();
    }
  }

  #method(service: ProtoService): void {
    const tokens = this.#tokens;
    tokens.take();
    const name = tokens.name();
    const request = this.#messageType();
    tokens.expect("returns");
    const response = this.#messageType();
    service.methods.push({
      name,
      request: request.type,
      response: response.type,
      clientStreaming: request.isStream,
      serverStreaming: response.isStream,
    });
    if (tokens.has(";")) return;
    tokens.expect("{");
    while (!tokens.has("}")) this.#skipStatement();
  }

  #messageType(): { type: string; isStream: boolean } {
    const tokens = this.#tokens;
    tokens.expect("(");
    const first = tokens.name();
    const isStream = first === "stream" && tokens.peek() !== ")";
    const type = isStream ? tokens.name() : first;
    tokens.expect(")");
    return { type, isStream };
  }

  /** Extensions are not sent. */
  #extend(scope: string, depth: number): void {
    const tokens = this.#tokens;
    tokens.take();
    tokens.name();
    tokens.expect("{");
    while (!tokens.has("}")) if (!tokens.has(";")) this.#field(scope, depth);
  }

  /** Up to the ";" or behind the block that ends it. */
  #skipStatement(): void {
    const tokens = this.#tokens;
    for (let depth = 0; ;) {
      const word = tokens.take();
      if (word === "{") depth++;
      else if (word === "}" && --depth <= 0) {
        tokens.has(";");
        return;
      } else if (word === ";" && depth === 0) return;
    }
  }

  /** A constant, or a message in braces, as the value of an option. */
  #skipValue(): void {
    const tokens = this.#tokens;
    let depth = 0;
    do {
      const word = tokens.take();
      if (word === "{" || word === "[") depth++;
      if (word === "}" || word === "]") depth--;
    } while (depth > 0 || (tokens.peek() !== "," && tokens.peek() !== "]" && tokens.peek() !== undefined));
  }
}

function qualified(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}
