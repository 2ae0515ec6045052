/** The places of texts that are filled in with `%` and `format`. */

/** How many values a text for `%` takes, by place and by name. Undefined when a % has no letter. */
export function readVerbs(template: string): { placed: number; named: number } | undefined {
  let placed = 0;
  let named = 0;
  for (let at = template.indexOf("%"); at >= 0; at = template.indexOf("%", at)) {
    at++;
    if (template[at] === "%") {
      at++;
      continue;
    }
    if (template[at] === "(") {
      const end = template.indexOf(")", at);
      if (end < 0) return undefined;
      at = end + 1;
      named++;
    } else placed++;
    if (!"srdioxXeEfFgGc".includes(template[at] ?? " ")) return undefined;
    at++;
  }
  return { placed, named };
}

/** How many values a text for `format` takes by place, and the names it wants. Undefined for what format refuses. */
export function readFields(template: string): { placed: number; names: Set<string> } | undefined {
  const names = new Set<string>();
  let automatic = 0;
  let highest = 0;
  const rest = template.replaceAll("{{", "").replaceAll("}}", "");
  for (const [, field] of rest.matchAll(/\{([^{}]*)\}/g)) {
    const name = /^[^!:.[]*/.exec(field!)![0];
    if (name === "") automatic++;
    else if (/^\d+$/.test(name)) highest = Math.max(highest, Number(name) + 1);
    else names.add(name);
  }
  return automatic > 0 && highest > 0 ? undefined : { placed: Math.max(automatic, highest), names };
}
