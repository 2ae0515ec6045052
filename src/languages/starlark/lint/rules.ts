/** Every rule, in the order of the reference page. */
import type { Rule } from "./rule.ts";
import { deprecatedSpelling } from "./rules/deprecated-spelling.ts";
import { dictAsHeaders } from "./rules/dict-as-headers.ts";
import { duplicateKey } from "./rules/duplicate-key.ts";
import { duplicateTrigger } from "./rules/duplicate-trigger.ts";
import { endlessLoop } from "./rules/endless-loop.ts";
import { formatArguments } from "./rules/format-arguments.ts";
import { frozenValue } from "./rules/frozen-value.ts";
import { gitlabPath } from "./rules/gitlab-path.ts";
import { handlerParameters } from "./rules/handler-parameters.ts";
import { loopVariableCapture } from "./rules/loop-variable-capture.ts";
import { missingLoad } from "./rules/missing-load.ts";
import { mixedIndentation } from "./rules/mixed-indentation.ts";
import { mutableDefault } from "./rules/mutable-default.ts";
import { noEffect } from "./rules/no-effect.ts";
import { possiblyUnbound } from "./rules/possibly-unbound.ts";
import { redefinedFunction } from "./rules/redefined-function.ts";
import { secretPrinted } from "./rules/secret-printed.ts";
import { selfComparison } from "./rules/self-comparison.ts";
import { shadowedBuiltin } from "./rules/shadowed-builtin.ts";
import { shadowedName } from "./rules/shadowed-name.ts";
import { unheardSignal } from "./rules/unheard-signal.ts";
import { unknownAttribute } from "./rules/unknown-attribute.ts";
import { unknownField } from "./rules/unknown-field.ts";
import { unknownEventType } from "./rules/unknown-event-type.ts";
import { unknownStep } from "./rules/unknown-step.ts";
import { unreachableCode } from "./rules/unreachable-code.ts";
import { unregisteredHandler } from "./rules/unregistered-handler.ts";
import { unusedFunction } from "./rules/unused-function.ts";
import { unusedLoad } from "./rules/unused-load.ts";
import { unusedParameter } from "./rules/unused-parameter.ts";
import { unusedSuppression } from "./rules/unused-suppression.ts";
import { unusedVariable } from "./rules/unused-variable.ts";
import { waitWhileLoading } from "./rules/wait-while-loading.ts";
import { waitWithoutTimeout } from "./rules/wait-without-timeout.ts";
import { wrongArguments } from "./rules/wrong-arguments.ts";

export const rules: readonly Rule[] = [
  wrongArguments,
  unknownAttribute,
  formatArguments,
  dictAsHeaders,
  gitlabPath,
  duplicateKey,
  missingLoad,
  handlerParameters,
  waitWhileLoading,
  frozenValue,
  waitWithoutTimeout,
  endlessLoop,
  unknownEventType,
  unknownField,
  unknownStep,
  unheardSignal,
  duplicateTrigger,
  unregisteredHandler,
  secretPrinted,
  possiblyUnbound,
  loopVariableCapture,
  mutableDefault,
  unreachableCode,
  noEffect,
  mixedIndentation,
  selfComparison,
  redefinedFunction,
  unusedVariable,
  unusedParameter,
  unusedFunction,
  unusedLoad,
  shadowedBuiltin,
  shadowedName,
  deprecatedSpelling,
  unusedSuppression,
];
