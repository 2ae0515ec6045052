/**
 * A workflow as the machine sees it: Serverless Workflow specification 0.8 with every shorthand expanded and every reference
 * resolved. It is plain JSON and part of the image. Names are the specification's. What the front end has refused never
 * comes here: every state, function, event, error and retry that is named exists, every expression compiles.
 */
import type { Location } from "../../core/errors.ts";
import type { JsonSchema } from "../../core/program.ts";
import type { Schedule } from "../../core/schedule.ts";

/** JSON text of a value. Unlike objects, texts keep the order of keys such as "10" and "9", and names such as "__proto__". */
export type JsonText = string;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Plain notes of the author, as they stand. */
export type Metadata = { [key: string]: Json };

/** An ISO 8601 duration. */
export interface Duration {
  ms: number;
  /** As the author wrote it. */
  text: string;
}

/**
 * A text of the workflow's expression language (`Workflow.expressionLang`), without `${ }`. A "fn:name" is replaced by the text
 * of the function. It has been compiled once, so it compiles.
 */
export interface Expression {
  text: string;
  at: Location;
}

/** An expression that says where to write: `.a.b`. */
export interface Target extends Expression {
  /** Keys and array indices when it is a plain path, [] for the whole; absent when only evaluating tells. */
  path?: (string | number)[];
}

/** JSON in which texts may be expressions: arguments, event data. Subtrees without expressions are one literal. */
export type Template =
  | { kind: "literal"; json: JsonText }
  /** `literal` is what stands there when evaluating fails (SonataFlow's rule); absent where a failure is an error. */
  | { kind: "expression"; expression: Expression; literal?: string }
  | { kind: "object"; entries: { key: string; value: Template }[] }
  | { kind: "array"; items: Template[] };

export interface Workflow {
  /** Of this type; another one when it means something else. */
  format: 1;
  id: string;
  /** "1.0" when the author gave none. */
  version: string;
  name?: string;
  description?: string;
  annotations: string[];
  specVersion: string;
  expressionLang: "jq" | "jsonpath";
  /** Which builtins jq has. */
  jqLevel: "1.6" | "1.7";
  /** "lenient": a text that compiles is an expression. "strict": only `${ }` is. */
  expressions: "lenient" | "strict";
  /** How results are merged into data: SonataFlow's rule or the specification's. */
  merge: "sonataflow" | "specification";
  metadata: Metadata;
  at: Location;

  start: Start;
  states: State[];
  functions: FunctionDefinition[];
  events: EventDefinition[];
  errors: ErrorDefinition[];
  retries: RetryDefinition[];
  auth: AuthDefinition[];
  /** Names of the secrets that the author declared. */
  secrets: string[];
  /** An object: `$CONST`. */
  constants: JsonText;
  /** Names of the variables that every expression has: "SECRET", "CONST", "WORKFLOW", and those of the foreach states. */
  variables: string[];
  /** Keys and values of application.properties, as written: `${NAME:default}` is expanded when a value is looked up. */
  properties: { key: string; value: string; at: Location }[];

  input?: SchemaCheck;
  output?: SchemaCheck;
  /** URIs by alias, of the extension workflow-uri-definitions. */
  uriDefinitions: { [alias: string]: string };
  workflowTimeout?: WorkflowTimeout;
  /** A run goes on after an end while there are event states that could start again. */
  keepActive: boolean;
}

export interface SchemaCheck {
  schema: JsonSchema;
  /** Whether data that does not fit is an error; else it is told in the run's log. */
  failOnValidationErrors: boolean;
  at: Location;
}

export interface Start {
  stateName: string;
  /** When the clock starts runs. */
  schedule?: Schedule;
  at: Location;
}

/** Section "Workflow Timeouts": `workflowExecTimeout`. */
export interface WorkflowTimeout {
  duration: Duration;
  /** Whether the state under way is broken off; else it is finished first. */
  interrupt: boolean;
  /** A state that is executed before the run ends. */
  runBefore?: string;
  at: Location;
}

/** What is in force in a state: its own timeouts, or else those of the workflow. */
export interface StateTimeouts {
  /** `stateExecTimeout`: of one attempt, and in all with its retries. */
  stateExec?: { single?: Duration; total?: Duration };
  actionExec?: Duration;
  branchExec?: Duration;
  event?: Duration;
}

export interface FunctionDefinition {
  name: string;
  type: "rest" | "asyncapi" | "rpc" | "graphql" | "odata" | "expression" | "custom";
  /** "" when there is none. For "expression" the text as it stands in the file; `expression` has it as it is evaluated. */
  operation: string;
  /** Only of type "expression". */
  expression?: Expression;
  /** Path of the document that `operation` names, as it is among the sources; absent when it names none. */
  document?: string;
  /** For fetching the document, and for the call where the document has no say. */
  authRef?: string;
  metadata: Metadata;
  at: Location;
  /** Where the operation's text stands. */
  operationAt: Location;
}

export interface EventDefinition {
  name: string;
  /** Absent for any source. */
  source?: string;
  type: string;
  kind: "consumed" | "produced";
  correlation: Correlation[];
  /** Whether only the event's data is used, not the whole CloudEvent. */
  dataOnly: boolean;
  metadata: Metadata;
  at: Location;
}

/**
 * `contextAttributeValue` is fixed, `contextAttributeExpression` is evaluated for the data when a wait begins or an event is
 * produced; without either the value is learned from the first event, or is that of the run.
 */
export interface Correlation {
  contextAttributeName: string;
  contextAttributeValue?: string;
  contextAttributeExpression?: Expression;
}

export interface ErrorDefinition {
  name: string;
  /** An HTTP status ("404", "HTTP:404"), a code or class of errors, or a regular expression that a message contains. */
  code?: string;
  description?: string;
  at: Location;
}

export interface RetryDefinition {
  name: string;
  delay?: Duration;
  maxDelay?: Duration;
  /** Added to the delay before each further attempt. */
  increment?: Duration;
  /** By which the delay is multiplied before each further attempt. */
  multiplier?: number;
  /** Attempts in all, the first included; absent for no limit. */
  maxAttempts?: number;
  jitter?: { fraction: number } | { ms: number };
  at: Location;
}

export interface AuthDefinition {
  name: string;
  scheme: "basic" | "bearer" | "oauth2";
  /** By name of the property ("token", "username", "clientId"…); a text where the author named a secret that holds them all. */
  properties: { name: string; value: Template }[] | { secret: string };
  at: Location;
}

/** Where a run goes from a state, a condition, an error. */
export type Next = Transition | End;

export interface Transition {
  kind: "transition";
  nextState: string;
  produceEvents: ProducedEvent[];
  /** Whether compensation takes place before. */
  compensate: boolean;
  at: Location;
}

export interface End {
  kind: "end";
  /** Whether the run ends although other parts of it are under way. */
  terminate: boolean;
  produceEvents: ProducedEvent[];
  compensate: boolean;
  continueAs?: ContinueAs;
  at: Location;
}

export interface ContinueAs {
  workflowId: string;
  version?: string;
  /** The next run's input; absent for the data. */
  data?: Template;
  workflowTimeout?: WorkflowTimeout;
  at: Location;
}

export interface ProducedEvent {
  eventRef: string;
  /** Absent for the state's data. */
  data?: Template;
  contextAttributes: { name: string; value: Template }[];
  at: Location;
}

interface StateBase {
  /** Its node's id in the graph too. */
  name: string;
  /** `stateDataFilter`. */
  input?: Expression;
  output?: Expression;
  timeouts: StateTimeouts;
  onErrors: ErrorHandler[];
  compensatedBy?: string;
  usedForCompensation: boolean;
  /** `metadata.errorMessage` of a state that ends: a text that is not blank fails the run. */
  errorMessage?: Template;
  metadata: Metadata;
  at: Location;
}

export interface ErrorHandler {
  /** Names of errors; "any" for every one. */
  errors: string[] | "any";
  next: Next;
  at: Location;
}

export type State =
  | EventState
  | OperationState
  | SwitchState
  | SleepState
  | ParallelState
  | InjectState
  | ForeachState
  | CallbackState;

export interface EventState extends StateBase {
  type: "event";
  /** Whether one of `onEvents` is enough; else all have to happen. */
  exclusive: boolean;
  onEvents: OnEvents[];
  next: Next;
}

export interface OnEvents {
  /** All of them have to happen. */
  eventRefs: string[];
  actionMode: ActionMode;
  actions: Action[];
  eventDataFilter: EventDataFilter;
  at: Location;
}

export interface OperationState extends StateBase {
  type: "operation";
  actionMode: ActionMode;
  actions: Action[];
  next: Next;
}

export interface SwitchState extends StateBase {
  type: "switch";
  /** One of the two is empty. */
  dataConditions: DataCondition[];
  eventConditions: EventCondition[];
  /** Where none holds, and when no event came in time. */
  defaultCondition?: Next;
}

export interface DataCondition {
  name?: string;
  condition: Expression;
  next: Next;
  at: Location;
}

export interface EventCondition {
  name?: string;
  eventRef: string;
  eventDataFilter: EventDataFilter;
  next: Next;
  at: Location;
}

export interface SleepState extends StateBase {
  type: "sleep";
  duration: Duration;
  next: Next;
}

export interface ParallelState extends StateBase {
  type: "parallel";
  branches: Branch[];
  /** How many branches have to complete; all of them for "allOf". */
  numCompleted: number;
  completionType: "allOf" | "atLeast";
  next: Next;
}

export interface Branch {
  /** Unique in its state. */
  name: string;
  actions: Action[];
  /** In force in this branch. */
  timeouts: Pick<StateTimeouts, "actionExec" | "branchExec">;
  at: Location;
}

export interface InjectState extends StateBase {
  type: "inject";
  /** An object. */
  data: JsonText;
  next: Next;
}

export interface ForeachState extends StateBase {
  type: "foreach";
  inputCollection: Expression;
  outputCollection?: Target;
  /** Name of the variable that holds the element: `$name`, and key of the data while an element's actions run. */
  iterationParam?: string;
  mode: ActionMode;
  /** How many elements at a time, of mode "parallel"; absent for all. */
  batchSize?: number;
  actions: Action[];
  next: Next;
}

export interface CallbackState extends StateBase {
  type: "callback";
  /** Absent when it only waits. */
  action?: Action;
  eventRef: string;
  eventDataFilter: EventDataFilter;
  next: Next;
}

export type ActionMode = "sequential" | "parallel";

export interface Action {
  /** Of its node in the graph: the state's name, the place of events or branch where there is one, its own number from 1 on. */
  id: string;
  name: string;
  does: FunctionCall | EventCall | SubflowCall;
  /** `sleep`. */
  before?: Duration;
  after?: Duration;
  condition?: Expression;
  filter: ActionDataFilter;
  /** Absent when a failure is final. */
  retry?: ActionRetry;
  at: Location;
}

/** `autoRetries`, `retryRef`, `retryableErrors` and `nonRetryableErrors`, as one rule. */
export interface ActionRetry {
  policy: RetryDefinition;
  /** Names of the errors after which it is tried again; "any" for every one that is not among `except`. */
  on: string[] | "any";
  except: string[];
}

export interface FunctionCall {
  kind: "function";
  refName: string;
  /** Absent for none. */
  arguments?: Template;
  /** GraphQL. */
  selectionSet?: string;
  invoke: Invoke;
}

export interface EventCall {
  kind: "event";
  /** Produced. */
  triggerEventRef?: string;
  /** Awaited. */
  resultEventRef?: string;
  resultEventTimeout?: Duration;
  /** Absent for the action's data. */
  data?: Template;
  contextAttributes: { name: string; value: Template }[];
  invoke: Invoke;
}

export interface SubflowCall {
  kind: "subflow";
  workflowId: string;
  version?: string;
  invoke: Invoke;
  onParentComplete: "continue" | "terminate";
}

/** "async": the run does not wait for what it gives. */
export type Invoke = "sync" | "async";

/** Section "Action data filters". */
export interface ActionDataFilter {
  fromStateData?: Expression;
  useResults: boolean;
  results?: Expression;
  toStateData?: Target;
}

/** Section "Event data filters". */
export interface EventDataFilter {
  useData: boolean;
  data?: Expression;
  toStateData?: Target;
}
