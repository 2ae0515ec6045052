import { secretNamesIn } from "../../expressions/variables.ts";
import type { Rule } from "../rule.ts";

export const undeclaredSecret: Rule = {
  name: "undeclared-secret",
  doc: "A `$SECRET` that is not among the `secrets` that the workflow declares, nor in application.properties.",
  bad: `
secrets: [portal_token]
states:
- {name: First, type: operation, actions: [{functionRef: {refName: say, arguments: {message: $SECRET.portal_token + $SECRET.portal_tken}}}], end: true}
functions: [{name: say, type: custom, operation: sysout}]
`,
  good: `
secrets: [portal_token]
states:
- {name: First, type: operation, actions: [{functionRef: {refName: say, arguments: {message: $SECRET.portal_token}}}], end: true}
functions: [{name: say, type: custom, operation: sysout}]
`,
  check({ workflow }, report) {
    if (workflow.secrets.length === 0) return;
    const spelled = (name: string): string => name.replaceAll(/[^A-Za-z0-9]/g, "_").toUpperCase();
    const known = new Set([...workflow.secrets, ...workflow.properties.map(({ key }) => key)].map(spelled));
    const parts = new Set(
      [...known].flatMap((name) => name.split("_").map((_, i, all) => all.slice(0, i + 1).join("_"))),
    );
    for (const name of secretNamesIn(workflow)) {
      const isMethod = [...known].some((one) => spelled(name).startsWith(`${one}_`));
      if (known.has(spelled(name)) || parts.has(spelled(name)) || isMethod) continue;
      report(workflow.at, `$SECRET.${name} is neither among the secrets nor in application.properties`);
    }
  },
};
