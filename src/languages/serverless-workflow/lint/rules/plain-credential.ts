import type { Rule } from "../rule.ts";

const credential =
  /(?:^|[._-])(?:password|passwd|secret|token|api-?key|credentials?|bearer-token|client-secret|private-?key)$/i;

export const plainCredential: Rule = {
  name: "plain-credential",
  doc: "A credential in clear in application.properties: whoever reads the project has it. `${NAME}` takes it from the environment.",
  files: { "application.properties": "gitlab.token=glpat-0123456789\n" },
  goodFiles: { "application.properties": "gitlab.token=${GITLAB_TOKEN}\n" },
  bad: `
states:
- {name: First, type: inject, data: {a: 1}, end: true}
`,
  good: `
states:
- {name: First, type: inject, data: {a: 1}, end: true}
`,
  check({ workflow }, report) {
    for (const { key, value, at } of workflow.properties) {
      const fixed = value.replaceAll(/\$\{[^{}]*\}/g, "").trim();
      const fallback = /^\$\{[^:{}]+:([^{}]+)\}$/.exec(value.trim())?.[1];
      if (!credential.test(key) || (fixed === "" && fallback === undefined)) continue;
      const variable = key.replaceAll(/[^A-Za-z0-9]/g, "_").toUpperCase();
      report(at, `${key} is a credential in clear: write \${${variable}} and set that variable where AutoFlow runs`);
    }
  },
};
