/**
 * Every code a user can meet, with the HTTP status and the CLI exit code it maps to, and what to do about it.
 * `docs/reference/errors.md` lists the same codes; a test compares both directions.
 *
 * Exit codes: 1 the run failed, 2 usage, 3 not found, 4 denied, 5 timeout, 6 unreachable.
 */
interface CatalogueEntry {
  httpStatus: number;
  exitCode: number;
  /** When it is met, for the reference page. */
  meaning: string;
  /** What to do next. */
  hint: string;
}

export type ErrorCode = keyof typeof entries;

const entries = {
  // Requests
  REQUEST_JSON_MALFORMED: {
    httpStatus: 400,
    exitCode: 2,
    meaning: "The body, or an argument that holds JSON, is not valid JSON.",
    hint: "Send one valid JSON value, encoded as UTF-8.",
  },
  REQUEST_INVALID: {
    httpStatus: 400,
    exitCode: 2,
    meaning: "The request does not have the documented shape.",
    hint: "Compare the request with /openapi.json.",
  },
  REQUEST_TOO_LARGE: {
    httpStatus: 413,
    exitCode: 2,
    meaning: "The body is larger than the limit (25 MB for a webhook, as GitLab's own).",
    hint: "Send less, or store the large part elsewhere and send its address.",
  },
  REQUEST_ORIGIN_DENIED: {
    httpStatus: 403,
    exitCode: 4,
    meaning:
      "A server without an API token was asked by a web page of another site, or under a name that is not its own.",
    hint: "Set api_token and send it, or use the address that the server listens on.",
  },
  NOT_FOUND: {
    httpStatus: 404,
    exitCode: 3,
    meaning: "There is nothing of that name or id.",
    hint: "List what there is with the matching `list` command.",
  },
  AUTH_REQUIRED: {
    httpStatus: 401,
    exitCode: 4,
    meaning: "The server wants an API token and the request has none, or a wrong one.",
    hint: "Set AUTOFLOW_TOKEN, or send `Authorization: Bearer <token>`.",
  },
  SERVER_UNREACHABLE: {
    httpStatus: 503,
    exitCode: 6,
    meaning: "The command line got no answer from the AutoFlow server.",
    hint: "Start it with `autoflow dev` or `autoflow serve`, or name it with --server or AUTOFLOW_SERVER.",
  },
  // Events
  EVENT_INVALID: {
    httpStatus: 400,
    exitCode: 2,
    meaning: "A CloudEvent lacks a required attribute or has one of the wrong type.",
    hint: 'A CloudEvent needs specversion "1.0", id, source and type.',
  },
  EVENT_TOO_LARGE: {
    httpStatus: 413,
    exitCode: 2,
    meaning: "On Temporal: an event takes more than 1 MiB with its attributes, as JSON; the error names its size.",
    hint: "Send less, or store the large part elsewhere and send its address.",
  },
  WEBHOOK_SOURCE_UNKNOWN: {
    httpStatus: 404,
    exitCode: 3,
    meaning: "No webhook source of that name is configured.",
    hint: "Configure it under `sources`, or send to one that exists.",
  },
  WEBHOOK_TOKEN_WRONG: {
    httpStatus: 401,
    exitCode: 4,
    meaning: "X-Gitlab-Token is missing or is not the secret of this source.",
    hint: "Set the same secret token in the GitLab webhook and in the source's configuration.",
  },
  WEBHOOK_SIGNATURE_WRONG: {
    httpStatus: 401,
    exitCode: 4,
    meaning: "webhook-signature does not match the body, or its timestamp is more than five minutes away.",
    hint: "Set the same signing token on both sides and check the clocks.",
  },
  // Definitions
  SCRIPT_SYNTAX: {
    httpStatus: 422,
    exitCode: 2,
    meaning: "A script does not compile; every problem is listed with file, line and column.",
    hint: "Mend the script; the last version that compiled goes on handling events.",
  },
  SCRIPT_LOAD_FAILED: {
    httpStatus: 422,
    exitCode: 2,
    meaning: "The top level of a script raised an error, or a load() names what is not there.",
    hint: "Run `autoflow lint` on the file.",
  },
  SCRIPT_SOURCE_UNAVAILABLE: {
    httpStatus: 502,
    exitCode: 6,
    meaning: "The project's script could not be fetched.",
    hint: "Check the address and the token of the GitLab instance; the last version that compiled stays in use.",
  },
  LOCK_INVALID: {
    httpStatus: 422,
    exitCode: 2,
    meaning: "The lock file, `.gitlab/autoflow/autoflow.lock`, cannot be read.",
    hint: "Solve a merge conflict in it, or write it anew with `autoflow lock`.",
  },
  LOCK_OUTDATED: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "`autoflow lock --check` found that the lock file is not the one that the scripts need.",
    hint: "Run `autoflow lock` and commit the file.",
  },
  WORKFLOW_INVALID: {
    httpStatus: 422,
    exitCode: 2,
    meaning:
      "A workflow cannot run as it is written: something is missing, is of the wrong kind, or names what there is not.",
    hint: "Mend what the message names; the last version that compiled goes on.",
  },
  SCHEDULE_INVALID: {
    httpStatus: 422,
    exitCode: 2,
    meaning:
      "A schedule cannot be read: its cron expression or time zone is wrong, or its interval is shorter than a second.",
    hint: "Cron expressions have five fields: minute, hour, day, month, weekday; a field of seconds may stand in front.",
  },
  WORKFLOW_TWICE: {
    httpStatus: 409,
    exitCode: 2,
    meaning:
      "Two definitions of a project are workflows with the same id and version; the one that was there first stays in use.",
    hint: "Give one of them another id or version, or remove it.",
  },
  WORKFLOW_INPUT_INVALID: {
    httpStatus: 400,
    exitCode: 2,
    meaning: "An input does not fit the schema of its workflow; nothing was started.",
    hint: "Each line of the message names one field and what it should be; `autoflow workflows show` prints the schema.",
  },
  WORKFLOW_SCHEMA_INVALID: {
    httpStatus: 422,
    exitCode: 2,
    meaning:
      "The schema of a workflow's input or output is no JSON Schema, or refers to a file that is not there; nothing was started.",
    hint: "The message names the place in the schema; correct it and update the definition.",
  },
  WORKFLOW_ENVIRONMENT: {
    httpStatus: 422,
    exitCode: 2,
    meaning: "A property of a workflow refers to a name of the environment that nobody gives, and has no default.",
    hint: "Give it: as an environment variable or `--var` to `autoflow dev`, under the project's `vars` or `secrets` to `autoflow serve`; or write a default, `${NAME:default}`.",
  },
  WORKFLOW_AMBIGUOUS: {
    httpStatus: 409,
    exitCode: 2,
    meaning: "Several projects have a workflow of this id.",
    hint: "Name the project: `?project=` in a request, `--project` on the command line.",
  },
  EXPRESSION_INVALID: {
    httpStatus: 422,
    exitCode: 2,
    meaning: "An expression of a workflow does not compile; its place is that inside the text.",
    hint: "Try the expression with jq; what is no expression belongs where a literal is allowed.",
  },
  WORKFLOW_REFERENCE_MISSING: {
    httpStatus: 422,
    exitCode: 2,
    meaning: "A workflow names a file or an address that is not there, or cannot be read.",
    hint: "Put the file beside the workflow, or correct the reference.",
  },
  WORKFLOW_INPUT: {
    httpStatus: 400,
    exitCode: 2,
    meaning: "A workflow was started with something else than an object.",
    hint: "Start it with a JSON object.",
  },
  WORKFLOW_EXPRESSION: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "An expression of a workflow cannot be evaluated for the data that the run has.",
    hint: "Try it with jq on the run's data; `?` and `//` help where something may be missing.",
  },
  WORKFLOW_ERROR_END: {
    httpStatus: 422,
    exitCode: 1,
    meaning:
      "A workflow ended in error because its author wants it so: `metadata.errorMessage` of the last state gave this message.",
    hint: "The message is the workflow's own.",
  },
  WORKFLOW_OUTPUT_INVALID: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "What a workflow ends with does not fit the schema of its output, and has to (`failOnValidationErrors`).",
    hint: "Each line of the message names one field. Mend the workflow, or the run: `retry` it with other data, or `skip` the check.",
  },
  WORKFLOW_TIMEOUT: {
    httpStatus: 504,
    exitCode: 5,
    meaning: "A workflow, a state, a branch or an action took longer than its timeout.",
    hint: "See `timeouts` in the workflow; `onErrors` handles all but that of the whole workflow.",
  },
  WORKFLOW_NO_WAY: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "A switch state has no way on: none of its conditions holds, and it has no defaultCondition.",
    hint: "Give it a defaultCondition.",
  },
  WORKFLOW_SECRET: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "A secret would leave a run in an event, or in another workflow's input, where it cannot be protected.",
    hint: "Let the other workflow look the secret up itself: `$SECRET`.",
  },
  // Validation
  VALIDATION_EFFECT_REFUSED: {
    httpStatus: 422,
    exitCode: 2,
    meaning:
      "A handler of `on_validate` does what would outlive it: it writes, emits, spawns, signals, asks, or waits longer than there is time.",
    hint: "Rules read with `w.gitlab.get`, `w.gitlab.list` and `w.http.get`; do what is to last in a handler of `on_event`.",
  },
  VALIDATION_ANSWER_INVALID: {
    httpStatus: 422,
    exitCode: 2,
    meaning: "A handler of `on_validate` answered with something else than allow(), deny(reason) or a bool.",
    hint: "Every way through the handler ends with `return allow()` or `return deny(reason)`.",
  },
  VALIDATION_RULE_FAILED: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "A handler of `on_validate` raised an error, or passed a limit.",
    hint: "The message names the line. Until it is mended, `validation.on_failure` counts.",
  },
  VALIDATION_TIMEOUT: {
    httpStatus: 504,
    exitCode: 5,
    meaning: "A handler of `on_validate` has not answered in time.",
    hint: "Read less, or give it more time: `validation.timeout`.",
  },
  VALIDATION_PROJECT: {
    httpStatus: 502,
    exitCode: 6,
    meaning: "It cannot be told which project a change is of, or which groups that is in, and so which rules bind it.",
    hint: "Say the `path` of the project in the configuration, or give a token with which GitLab tells it.",
  },
  VALIDATION_RULES_MISSING: {
    httpStatus: 503,
    exitCode: 1,
    meaning: "A definition that may have rules has never compiled, or a group's project of rules has none.",
    hint: "See `autoflow definitions list`.",
  },
  // Runs
  RUN_FAILED: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "A script raised an error that nothing handled.",
    hint: "The traceback names the line; the run keeps its last good state.",
  },
  RUN_DEADLOCK: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "All fibers of a run wait for one another, so none could ever go on.",
    hint: "The message names each fiber and the line where it waits; let one of them not wait, or wait with a timeout.",
  },
  FUTURE_CANCELLED: {
    httpStatus: 409,
    exitCode: 1,
    meaning: "A script waited for a future that was cancelled: it lost a race, or something beside it failed.",
    hint: "Do not wait for it, or catch the error with w.attempt(future.get).",
  },
  RUN_ALREADY_ENDED: {
    httpStatus: 409,
    exitCode: 2,
    meaning: "The run has ended, so it cannot be cancelled or signalled.",
    hint: "Look at it with `autoflow runs show`.",
  },
  RUN_NOT_REPAIRABLE: {
    httpStatus: 409,
    exitCode: 2,
    meaning: "The run has failed in a way that cannot be mended: nothing of it was kept to go on from.",
    hint: "Start it again with the same input.",
  },
  RUN_NOT_FAILED: {
    httpStatus: 409,
    exitCode: 2,
    meaning: "The failed node of a run was to be repeated or skipped, and the run has not failed.",
    hint: "Wait, or name a node that the run is in.",
  },
  RUN_DEFINITION_CHANGED: {
    httpStatus: 409,
    exitCode: 2,
    meaning: "The file of an open driver run has changed since the run began.",
    hint: "Say --resume to continue with the version it began with, or --new to start again.",
  },
  RUN_CANCELLED: {
    httpStatus: 409,
    exitCode: 1,
    meaning: "The run was cancelled.",
    hint: "See its history for who asked for it.",
  },
  TASK_NOT_FOUND: {
    httpStatus: 404,
    exitCode: 2,
    meaning: "There is no such task.",
    hint: "List the open ones with `autoflow tasks list`.",
  },
  TASK_CLOSED: {
    httpStatus: 409,
    exitCode: 2,
    meaning:
      "The task takes no more answers: it is answered, its time is over, or its run does not wait for it any more.",
    hint: "Look at it with `autoflow tasks show`.",
  },
  TASK_ANSWER_INVALID: {
    httpStatus: 422,
    exitCode: 2,
    meaning: "The answer does not fit the task: its action, or the values of its form.",
    hint: "Look at its actions and its form with `autoflow tasks show`.",
  },
  TASK_NOT_ALLOWED: {
    httpStatus: 403,
    exitCode: 2,
    meaning: "The task is for other people.",
    hint: "Ask one of those whom the task names.",
  },
  TASK_EXPIRED: {
    httpStatus: 409,
    exitCode: 1,
    meaning: "Nobody answered a task before its time was over.",
    hint: "Say with on_timeout what happens then: one of the actions is taken as the answer, any other value is answered.",
  },
  RUN_SUSPENDED: {
    httpStatus: 409,
    exitCode: 1,
    meaning: "The run was being computed at three deaths of the process and is held back.",
    hint: "Look at its script, then cancel it or let it continue with `autoflow runs resume`.",
  },
  RUN_DIVERGED: {
    httpStatus: 500,
    exitCode: 1,
    meaning: "Recomputing a turn gave other effects than the committed ones; nothing was performed.",
    hint: "Report it with the output of `autoflow runs show -o json`.",
  },
  STATE_DAMAGED: {
    httpStatus: 500,
    exitCode: 1,
    meaning: "The stored state or image of a run cannot be read: it is damaged, or of a newer release.",
    hint: "Restore the data folder from a backup, or use the release that wrote it.",
  },
  LIMIT_STEPS: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "A script used up its steps: those of one turn, or those of the whole run.",
    hint: "Look for an endless loop; a wait such as sleep() begins a new turn. See limits.steps_per_turn and limits.steps_per_run.",
  },
  LIMIT_MEMORY: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "A script's live values passed the memory limit.",
    hint: "Keep less at once.",
  },
  LIMIT_DEPTH: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "Calls are nested too deeply.",
    hint: "Look for recursion that never ends.",
  },
  LIMIT_STATE: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "A run's state is too large to be stored where the run waits.",
    hint: "Drop large values before a wait.",
  },
  LIMIT_OUTPUT: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "A script printed, or asked for, more than is allowed in one turn or in the whole run.",
    hint: "Print less, or in smaller parts.",
  },
  LIMIT_FIBERS: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "A run has more fibers at a time than is allowed.",
    hint: "Start them one after the other: w.parallel(functions, max=50).",
  },
  LIMIT_CHILD_DEPTH: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "A run asked for a child and has 32 runs above it that spawned each other.",
    hint: "Look for a workflow that spawns itself; to repeat one without end, let it continue as a new run.",
  },
  LIMIT_OPEN: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "A run has more calls, timers and waits open at a time than is allowed.",
    hint: "Wait for them, or cancel futures that are needed no more.",
  },
  LIMIT_WAITS: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "On Temporal: more runs of a project wait for events than its log can hold, some 3,000.",
    hint: "Have fewer runs wait at a time, or give groups of them projects of their own.",
  },
  LIMIT_ANSWER: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "On Temporal: an action's answer is larger than what a run can be given.",
    hint: "Ask for less, for instance one page at a time.",
  },
  LOOP_HOPS: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "An event is the 32nd in a chain of events that runs caused; it starts nothing.",
    hint: "Two handlers probably answer each other; give one of them a filter.",
  },
  LOOP_RATE: {
    httpStatus: 429,
    exitCode: 1,
    meaning: "One trigger started more than 20 runs a minute for one object and is paused for it.",
    hint: "Mend the handler that changes the object it reacts to, then resume it with `autoflow definitions resume`.",
  },
  // Actions
  ACTION_UNKNOWN: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "w.run() names a step that does not exist.",
    hint: "Built-in steps are written builtin://echo, builtin://emit.",
  },
  ACTION_INPUT_INVALID: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "An action was called with input it cannot use.",
    hint: "See the action's inputs in docs/reference/starlark-api.md.",
  },
  ACTION_INTERRUPTED: {
    httpStatus: 503,
    exitCode: 1,
    meaning: "The process ended while the action ran; it is tried again with the same idempotency key.",
    hint: "Nothing to do.",
  },
  HTTP_CONNECTION_FAILED: {
    httpStatus: 502,
    exitCode: 6,
    meaning: "An HTTP call got no answer: the name does not resolve, or the connection was refused or broke.",
    hint: "Check the address; the call is retried as its retry options say.",
  },
  HTTP_TIMEOUT: {
    httpStatus: 504,
    exitCode: 5,
    meaning: "An HTTP call took longer than its timeout.",
    hint: "Give the call a larger timeout, or make the service answer sooner.",
  },
  HTTP_ADDRESS_DENIED: {
    httpStatus: 403,
    exitCode: 4,
    meaning: "The address is a private or local one that `http_client` does not allow.",
    hint: "Add it to http_client.allowed_ips and its port to allowed_ports.",
  },
  HTTP_STATUS: {
    httpStatus: 502,
    exitCode: 1,
    meaning: "An HTTP call was answered with a status that its retry options treat as a failure.",
    hint: "See the status and the body in the error's details.",
  },
  HTTP_RESPONSE_TOO_LARGE: {
    httpStatus: 502,
    exitCode: 1,
    meaning: "An HTTP answer is larger than the limit.",
    hint: "Ask for less, for instance one page at a time.",
  },
  HTTP_TOKEN_FAILED: {
    httpStatus: 502,
    exitCode: 1,
    meaning: "No OAuth 2 token could be got for an HTTP call.",
    hint: "The message tells what the token endpoint said; check client id, secret, grant and scopes.",
  },
  // Triage policies
  POLICY_INVALID: {
    httpStatus: 422,
    exitCode: 2,
    meaning: "A triage policy cannot be carried out as it is written: a key is unknown, missing, or of the wrong kind.",
    hint: "Mend what the message names; docs/guides/triage.md has every key.",
  },
  POLICY_EXPRESSION: {
    httpStatus: 422,
    exitCode: 2,
    meaning: "An expression or a placeholder of a triage policy is not of the subset of Ruby that policies may use.",
    hint: "docs/guides/triage.md lists what expressions may use, and shows how to say the rest in Starlark.",
  },
  TRIAGE_LABEL_UNKNOWN: {
    httpStatus: 422,
    exitCode: 1,
    meaning:
      "A rule sets or removes a label that a project does not have. Nothing of that rule, nor of those after it, was done.",
    hint: "Create the label, or mend its name in the policy, and run the policy again.",
  },
  TRIAGE_EXPRESSION: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "An expression of a triage policy failed for a resource.",
    hint: "The message names the resource; try it with `autoflow triage --dry-run --resource-reference`.",
  },
  TRIAGE_GITLAB_FAILED: {
    httpStatus: 502,
    exitCode: 1,
    meaning: "GitLab refused what a triage policy needed to read or to write.",
    hint: "The report tells for which resources; check the token's scope (api) and role.",
  },
  GITLAB_STATUS: {
    httpStatus: 502,
    exitCode: 1,
    meaning: "A call of GitLab was answered with a status that is no success.",
    hint: "The message holds the status and what GitLab said; see docs/guides/gitlab-api.md.",
  },
  GITLAB_ACCESS: {
    httpStatus: 403,
    exitCode: 4,
    meaning: "There is no GitLab instance for a project, or its token may not be used for this call.",
    hint: "Give the project a token of its own: projects.<project>.gitlab.token.",
  },
  TEST_FAILED: {
    httpStatus: 500,
    exitCode: 1,
    meaning:
      "In `autoflow test`: the test asked for something that cannot be, or a run failed that it did not look at.",
    hint: "The message tells which; docs/guides/testing.md tells what tests can do.",
  },
  TEST_TIMEOUT: {
    httpStatus: 504,
    exitCode: 1,
    meaning: "In `autoflow test`: a test took more real time than one may.",
    hint: "Something goes on without end; or give tests more time with --timeout.",
  },
  GITLAB_RATE_LIMITED: {
    httpStatus: 429,
    exitCode: 5,
    meaning: "GitLab takes no more calls with this token for now; the call was held back and is made later.",
    hint: "Make fewer calls, or ask the instance's administrators for a higher limit.",
  },
  GRPC_STATUS: {
    httpStatus: 502,
    exitCode: 1,
    meaning: "A gRPC call was answered with a status other than OK.",
    hint: "The message holds the status and what the service said.",
  },
  HTTP_TOO_MANY_REDIRECTS: {
    httpStatus: 502,
    exitCode: 1,
    meaning: "An HTTP call was redirected more than ten times.",
    hint: "Call the address that the service redirects to; it may redirect in a circle.",
  },
  FUNCTION_CALL_INVALID: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "A function of a workflow cannot be called with these arguments, or what it needs is not configured.",
    hint: "Compare the arguments with the function's document, and see docs/guides/serverless-workflow-functions.md for properties.",
  },
  FUNCTION_FAILED: {
    httpStatus: 502,
    exitCode: 1,
    meaning: "A service answered to a function of a workflow that it could not do it (GraphQL errors, a gRPC status).",
    hint: "The message holds what the service said; handle it with onErrors where it is expected.",
  },
  FUNCTION_ANSWER_INVALID: {
    httpStatus: 502,
    exitCode: 1,
    meaning: "What a service answered to a function of a workflow is not what it says it is.",
    hint: "Call the service by hand; a proxy in between may answer with a page of its own.",
  },
  SECRET_UNKNOWN: {
    httpStatus: 422,
    exitCode: 1,
    meaning: "A call uses a secret that is not configured any more.",
    hint: "Configure the secret again; its value is read when the call is made.",
  },
  // Storage and process
  STORE_FULL: {
    httpStatus: 507,
    exitCode: 1,
    meaning: "The disk is full; nothing was accepted and nothing was half written.",
    hint: "Free space; what was accepted before is intact.",
  },
  STORE_FAILED: {
    httpStatus: 500,
    exitCode: 1,
    meaning: "The database refused to write.",
    hint: "See the log for the cause; run `autoflow doctor`.",
  },
  STORE_LOCKED: {
    httpStatus: 409,
    exitCode: 1,
    meaning: "Another AutoFlow process uses this data folder.",
    hint: "Stop it, or use another folder with --data.",
  },
  STORE_NEWER: {
    httpStatus: 500,
    exitCode: 1,
    meaning: "The data folder was written by a newer release.",
    hint: "Use that release, or a backup from before the upgrade.",
  },
  STORE_KEY_MISSING: {
    httpStatus: 500,
    exitCode: 4,
    meaning: "Data is encrypted with a key that is not configured.",
    hint: "Configure the key of that id; old keys stay configured until everything is re-encrypted.",
  },
  ENCRYPTION_KEY_INVALID: {
    httpStatus: 500,
    exitCode: 2,
    meaning: "A key for encrypting data in Temporal cannot be used.",
    hint: "Make a key with `openssl rand 32 > key.bin`, and name its file in the configuration.",
  },
  CODEC_KEY_MISSING: {
    httpStatus: 500,
    exitCode: 4,
    meaning: "Data in Temporal is encrypted with a key that is not configured.",
    hint: "Configure the key of that id after the one that encrypts; old keys stay until nothing they encrypted is left.",
  },
  CODEC_PAYLOAD_BROKEN: {
    httpStatus: 500,
    exitCode: 1,
    meaning:
      "Data in Temporal cannot be decoded: it was altered or put elsewhere, or the id of its key names another key now.",
    hint: "Check that every key is configured under the id it had when it encrypted, and that nobody else writes there.",
  },
  CODEC_PAYLOAD_PLAINTEXT: {
    httpStatus: 500,
    exitCode: 4,
    meaning:
      "Data in Temporal is not encrypted, although a key is configured, so whoever may write there could have made it.",
    hint: "If it is of the time before there was a key, set temporal.workflow_data_encryption.allow_plaintext until it is gone.",
  },
  CODEC_PAYLOAD_TOO_LARGE: {
    httpStatus: 500,
    exitCode: 1,
    meaning: "Compressed data in Temporal is larger than AutoFlow decompresses.",
    hint: "AutoFlow writes nothing as large: look at who else writes to the namespace.",
  },
  CODEC_TOKEN_REQUIRED: {
    httpStatus: 401,
    exitCode: 4,
    meaning: "The codec server wants a token of the configured identity provider; there is none, or it does not hold.",
    hint: "Log in to Temporal's web app again and let it send the access token, or give the CLI --codec-auth 'Bearer TOKEN'.",
  },
  CODEC_ACCESS_DENIED: {
    httpStatus: 403,
    exitCode: 4,
    meaning: "The codec server does not serve this person, web page, host or namespace.",
    hint: "Look at authorized_user_emails, temporal_web_ui_url and the namespace in the configuration of the codec server.",
  },
  CODEC_PROVIDER_UNREACHABLE: {
    httpStatus: 503,
    exitCode: 6,
    meaning: "The codec server cannot get the keys of the identity provider, so it can check no token.",
    hint: "Check temporal_oidc_url, and that the server can reach it; the log says what went wrong.",
  },
  TEMPORAL_NOT_INSTALLED: {
    httpStatus: 500,
    exitCode: 2,
    meaning: "The engine is Temporal, and its packages, which are optional, are not installed.",
    hint: "Install them with npm; the message names them.",
  },
  TEMPORAL_UNAVAILABLE: {
    httpStatus: 503,
    exitCode: 6,
    meaning: "The Temporal server does not answer, or refuses what it is asked.",
    hint: "Nothing was lost: send it again shortly. `autoflow doctor` checks the connection, and what the server lacks.",
  },
  REGISTRY_FULL: {
    httpStatus: 507,
    exitCode: 1,
    meaning:
      "The definitions of an instance on Temporal, with their problems, flags and pauses, take more than 1.5 MiB.",
    hint: "Remove definitions that nobody needs, or give groups of projects an instance of their own with another `task_queue`.",
  },
  IMAGE_TOO_LARGE: {
    httpStatus: 413,
    exitCode: 2,
    meaning:
      "A definition, with all that it loads, takes more than 1.5 MiB when it is compiled and compressed: Temporal keeps no more.",
    hint: "Load less: large data files belong where a run can fetch them.",
  },
  IMAGE_MISSING: {
    httpStatus: 409,
    exitCode: 1,
    meaning: "A version of a definition is not in Temporal any more: nothing used it when it was removed.",
    hint: "Start it again from the version that is active now.",
  },
  // Temporal
  TEMPORAL_UNREACHABLE: {
    httpStatus: 503,
    exitCode: 6,
    meaning: "No Temporal server answers at the configured address.",
    hint: "See whether it runs, and check temporal.host_port; `autoflow doctor` tells more.",
  },
  TEMPORAL_TLS_INVALID: {
    httpStatus: 500,
    exitCode: 2,
    meaning: "A certificate, key or authority file for Temporal cannot be used.",
    hint: "Give PEM files: a certificate that is valid now, its key without a passphrase, and the authority's certificate.",
  },
  TEMPORAL_TLS_REFUSED: {
    httpStatus: 503,
    exitCode: 4,
    meaning: "The TLS handshake with Temporal failed: one side does not accept the other's certificate.",
    hint: "Check temporal.certificate_file, temporal.ca_certificate_file and temporal.server_name.",
  },
  TEMPORAL_UNAUTHORIZED: {
    httpStatus: 503,
    exitCode: 4,
    meaning: "The Temporal server does not let us use the namespace.",
    hint: "Check temporal.namespace, and that the API key or certificate is meant for it and has not expired.",
  },
  TEMPORAL_NAMESPACE_MISSING: {
    httpStatus: 503,
    exitCode: 3,
    meaning: "The Temporal server has no such namespace.",
    hint: "Create it with `temporal operator namespace create`, or check temporal.namespace.",
  },
  TEMPORAL_SEARCH_ATTRIBUTES_MISSING: {
    httpStatus: 503,
    exitCode: 3,
    meaning: "The namespace lacks the search attributes by which runs are found.",
    hint: "Register them with `temporal operator search-attribute create`; `autoflow doctor` prints the command.",
  },
  CONFIG_INVALID: {
    httpStatus: 500,
    exitCode: 2,
    meaning: "The configuration has an unknown or wrong value.",
    hint: "See docs/reference/configuration.md.",
  },
  GITLAB_SEED_INVALID: {
    httpStatus: 500,
    exitCode: 2,
    meaning: "The seed of the simulated GitLab is not as documented, or describes what cannot be.",
    hint: "See docs/guides/gitlab-simulator.md.",
  },
  LISTEN_FAILED: {
    httpStatus: 500,
    exitCode: 1,
    meaning: "The server cannot listen on its address.",
    hint: "Another process may listen there. Choose another port with listen.port or --port; 0 takes a free one.",
  },
  INTERNAL_ERROR: {
    httpStatus: 500,
    exitCode: 1,
    meaning: "Something went wrong that is AutoFlow's own mistake; the answer says nothing more about it.",
    hint: "Look for the request's id in the server's log, and report what is there.",
  },
  SHUTTING_DOWN: {
    httpStatus: 503,
    exitCode: 6,
    meaning: "The server is draining and accepts nothing new.",
    hint: "Send it again shortly; the same event id is accepted once.",
  },
} satisfies Record<string, CatalogueEntry>;

export const catalogue: Record<ErrorCode, CatalogueEntry> = entries;
