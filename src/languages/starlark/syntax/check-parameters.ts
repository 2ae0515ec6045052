/** The order and the names of a function's parameters (specification: Function definitions). */
import type { Report } from "./scopes.ts";
import type { Parameter } from "./tree.ts";
import { toText } from "../values/text.ts";

/** Reports every parameter that is out of place or repeated; `*args` and `**kwargs` after the others. */
export function checkParameters(parameters: readonly Parameter[], report: Report): void {
  const names = new Set<string>();
  let optional = false;
  let star: Parameter | undefined;
  let kwargs: Parameter | undefined;
  let keywordOnly = 0;
  for (const parameter of parameters) {
    const { kind, pos } = parameter;
    if (kind === "positional") {
      const isOptional = parameter.default !== undefined;
      const problem = misplacedParameter(isOptional, { optional, star, kwargs });
      if (problem !== undefined) report(problem, pos);
      if (kwargs === undefined && star !== undefined) keywordOnly++;
      optional ||= isOptional;
      checkRepeated(parameter, pos, names, report);
    } else if (kind === "kwargs") {
      if (kwargs !== undefined) report("multiple ** parameters not allowed", pos);
      kwargs = parameter;
    } else if (kwargs !== undefined) {
      report(`* parameter may not follow **${nameOf(kwargs)}`, pos);
    } else if (star !== undefined) {
      report("multiple * parameters not allowed", pos);
    } else {
      star = parameter;
    }
  }
  if (star?.kind === "args") checkRepeated(star, star.name!.pos, names, report);
  else if (star !== undefined && keywordOnly === 0) {
    report("bare * must be followed by keyword-only parameters", star.pos);
  }
  if (kwargs !== undefined) checkRepeated(kwargs, kwargs.name!.pos, names, report);
}

interface Before {
  optional: boolean;
  star: Parameter | undefined;
  kwargs: Parameter | undefined;
}

function misplacedParameter(isOptional: boolean, { optional, star, kwargs }: Before): string | undefined {
  if (kwargs !== undefined)
    return `${isOptional ? "optional" : "required"} parameter may not follow **${nameOf(kwargs)}`;
  return optional && star === undefined && !isOptional ? "required parameter may not follow optional" : undefined;
}

function checkRepeated({ name }: Parameter, pos: number, names: Set<string>, report: Report): void {
  if (names.has(name!.name)) report(`duplicate parameter: ${toText(name!.name)}`, pos);
  names.add(name!.name);
}

function nameOf({ name }: Parameter): string {
  return toText(name!.name);
}
