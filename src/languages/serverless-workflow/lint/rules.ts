/** Every rule, in the order of the reference page. */
import type { Rule } from "./rule.ts";
import { bareBuiltin } from "./rules/bare-builtin.ts";
import { busyLoop } from "./rules/busy-loop.ts";
import { callArguments } from "./rules/call-arguments.ts";
import { defaultNeverTaken } from "./rules/default-never-taken.ts";
import { endlessPolling } from "./rules/endless-polling.ts";
import { firstElementTest } from "./rules/first-element-test.ts";
import { numberArithmetic } from "./rules/number-arithmetic.ts";
import { plainCredential } from "./rules/plain-credential.ts";
import { switchWithoutDefault } from "./rules/switch-without-default.ts";
import { undeclaredSecret } from "./rules/undeclared-secret.ts";
import { unhandledStatus } from "./rules/unhandled-status.ts";
import { unreachableState } from "./rules/unreachable-state.ts";
import { unusedDefinition } from "./rules/unused-definition.ts";
import { unwrittenPath } from "./rules/unwritten-path.ts";

export const rules: readonly Rule[] = [
  busyLoop,
  endlessPolling,
  switchWithoutDefault,
  defaultNeverTaken,
  unhandledStatus,
  unwrittenPath,
  firstElementTest,
  unreachableState,
  unusedDefinition,
  undeclaredSecret,
  bareBuiltin,
  numberArithmetic,
  plainCredential,
  callArguments,
];
