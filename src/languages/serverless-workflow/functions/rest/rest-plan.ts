/** An operation of an OpenAPI document, as far as a call of it needs it. */

export interface RestPlan {
  kind: "rest";
  /** The function's name. */
  name: string;
  /** For messages: "specs/shop.yaml#listItems". */
  operation: string;
  method: string;
  /** With parameters in braces: "/projects/{id}". */
  path: string;
  /** The document's own server; "" where it names none, and relative where it does not say which host. */
  server: string;
  /** The names under which properties speak of the document; the first that is configured counts. */
  keys: string[];
  parameters: ParameterPlan[];
  body?: BodyPlan;
  /** Media types that it may answer with, for the header "accept". */
  accept?: string;
  /** All that the document declares. */
  schemes: SecurityScheme[];
  /** Names of the schemes that the operation asks for, declared or not. */
  security: string[];
  /** False where a status of 400 or more is no failure. */
  failOnStatusCode: boolean;
  /** A definition of the workflow's `auth`, for when the document's schemes are not configured. */
  auth?: string;
}

/** OpenAPI 3, "Style Values"; of OpenAPI 2 a collection format is said in these words. "json" is a parameter with `content`. */
export type ParameterStyle =
  | "simple"
  | "label"
  | "matrix"
  | "form"
  | "spaceDelimited"
  | "pipeDelimited"
  | "tabDelimited"
  | "deepObject"
  | "json";

export interface ParameterPlan {
  name: string;
  in: "path" | "query" | "header" | "cookie";
  style: ParameterStyle;
  explode: boolean;
  required?: true;
  allowReserved?: true;
}

export interface BodyPlan {
  kind: "json" | "form" | "multipart" | "text";
  mediaType: string;
  required: boolean;
  /** Of "json", "form" and "multipart": what the schema says of it. */
  shape: BodyShape;
  /** OpenAPI 2: the name of the body parameter. */
  name?: string;
  /** Of "form" and "multipart": how properties are written, where it is not the usual way. */
  encoding?: { [property: string]: PartEncoding };
}

/** What a schema says of a value, as far as it changes what is sent. Empty where it says nothing. */
export interface BodyShape {
  type?: "object" | "array" | "string" | "number" | "integer" | "boolean";
  /** A null is sent, not left out. */
  nullable?: true;
  properties?: { [name: string]: BodyShape };
  items?: BodyShape;
  /** A text is the content of a file. */
  isFile?: true;
}

export interface PartEncoding {
  contentType?: string;
  style?: ParameterStyle;
  explode?: boolean;
  allowReserved?: true;
}

export type SecurityScheme = { name: string } & (
  | { kind: "basic" | "bearer" }
  | { kind: "apiKey"; in: "header" | "query" | "cookie"; parameter: string }
  | { kind: "oauth2"; flow: "clientCredentials" | "password" | "other"; tokenUrl?: string; scopes: string[] }
  | { kind: "openIdConnect"; url?: string; scopes: string[] }
  | { kind: "unsupported"; what: string }
);
