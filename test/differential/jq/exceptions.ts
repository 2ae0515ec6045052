/** Known differences from jq 1.6. The same list, in words, is in src/languages/jq/README.md. */
import { inexactMath } from "./generate.ts";

interface Answers {
  readonly program: string;
  readonly native: string;
  readonly ours: string;
}

interface Exception {
  readonly reason: string;
  readonly allows: (answers: Answers) => boolean;
}

const inexact = new RegExp(`\\b(?:pow|atan2|hypot|${inexactMath.join("|")})\\b`);

const exceptions: readonly Exception[] = [
  {
    reason: "special functions, roots and powers have last digits of their own",
    allows: ({ program, native, ours }) => inexact.test(program) && areClose(native, ours),
  },
  {
    reason: "range from or to nan has no numbers, in jq 1.6 it never ends",
    allows: ({ program }) => program.includes("range(") && program.includes("nan"),
  },
];

/** Why these answers may differ; `undefined` when they may not. */
export function exceptionFor(answers: Answers): string | undefined {
  return exceptions.find(({ allows }) => allows(answers))?.reason;
}

const numbers = /-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?/g;

/** Are two texts the same but for numbers that differ by less than a billionth? */
function areClose(a: string, b: string): boolean {
  if (a.replace(numbers, "#") !== b.replace(numbers, "#")) return false;
  const others = b.match(numbers) ?? [];
  return (a.match(numbers) ?? []).every((text, i) => {
    const difference = Math.abs(Number(text) - Number(others[i]));
    return difference <= 1e-9 * Math.max(1e-7, Math.abs(Number(text)));
  });
}
