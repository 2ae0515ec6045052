/** Random programs in random layouts, for the formatter: everything a person may write between two tokens is there. */
import fc from "fast-check";

const names = ["a", "b", "foo", "x1", "_private"];

/** Expressions in one line, with every kind of literal and operator. */
const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const inner = tie("expression");
  const text = (parts: TemplateStringsArray, ...values: fc.Arbitrary<string>[]) =>
    fc.tuple(...values).map((found) => parts.reduce((all, part, i) => all + part + (found[i] ?? ""), ""));
  const listed = (min: number, max: number, item: fc.Arbitrary<string>) =>
    fc.array(item, { minLength: min, maxLength: max }).map((items) => items.join(", "));
  const keyword = fc
    .tuple(fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }), inner)
    .map(([keys, value]) => keys.map((key) => `${key}=${value}`));
  const call = fc
    .tuple(
      fc.constantFrom(...names, "a.b", "foo().c", "x[1]"),
      fc.array(inner, { maxLength: 3 }),
      keyword,
      fc.boolean(),
    )
    .map(
      ([callee, args, keywords, star]) =>
        `${callee}(${[...args, ...keywords, ...(star ? ["*a", "**b"] : [])].join(", ")})`,
    );
  return {
    expression: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom(...names),
      fc.constantFrom(
        "0",
        "12",
        "0x1F",
        ".5",
        "1.",
        "1.5E+05",
        "2e3",
        "None",
        "True",
        '"s"',
        "'t'",
        "'it\\'s'",
        "'say \"x\"'",
        "r'raw\\d'",
        '"""three"""',
        "'''three\\tq'''",
        '"esc\\n\\x41"',
      ),
      call,
      call,
      text`[${listed(0, 4, inner)}]`,
      text`(${inner}, ${listed(0, 2, inner)})`,
      text`(${inner})`,
      fc
        .array(fc.tuple(inner, inner), { maxLength: 3 })
        .map((pairs) => `{${pairs.map(([k, v]) => `${k}: ${v}`).join(", ")}}`),
      text`[${inner} for a in ${fc.constantFrom(...names)} if ${fc.constantFrom(...names)}]`,
      text`{${inner}: ${inner} for a in ${fc.constantFrom(...names)}}`,
      text`(${inner} ${fc.constantFrom("+", "-", "*", "//", "%", "==", "<", "and", "or", "|", "in", "not in")} ${inner})`,
      text`(${inner} if ${inner} else ${inner})`,
      text`a ${fc.constantFrom("+", "-", "%", "and", "or")} ${fc.constantFrom("b", "foo(1)", "[1, 2]")} ${fc.constantFrom("+", "or")} x1`,
      text`a[${inner}]`,
      text`foo[${inner}:${fc.constantFrom("", "1", "a")}]`,
      text`foo[::${inner}]`,
      text`a.b(${inner}).c(${inner})`,
      text`(lambda a, b=${inner}: ${inner})`,
      text`not ${fc.constantFrom("a", "-a", "(a)", "a == b")}`,
      text`-${fc.constantFrom("a", "-a", "(a)", "1")}`,
    ),
  };
});

const { block } = fc.letrec<{ statement: string[]; block: string[] }>((tie) => {
  const block = tie("block");
  const indent = (lines: string[]) => lines.map((line) => `  ${line}`);
  return {
    statement: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      expression.map((value) => [`foo(${value})`]),
      fc
        .tuple(fc.constantFrom("a", "b, x1", "foo[0]", "a.b"), fc.constantFrom("=", "="), expression)
        .map((parts) => [parts.join(" ")]),
      fc.tuple(fc.constantFrom("+=", "-=", "|="), expression).map(([operator, value]) => [`a ${operator} ${value}`]),
      fc.tuple(expression, expression).map(([a, b]) => [`a = ${a}, ${b}`]),
      fc.constantFrom<string[]>(["pass"], ["a = 1; b = 2"], ["pass;"], ["if a: pass"], ['"""text"""']),
      fc.tuple(expression, block).map(([condition, body]) => [`if ${condition}:`, ...indent(body)]),
      fc
        .tuple(expression, block, expression, block, block)
        .map(([a, x, b, y, z]) => [`if ${a}:`, ...indent(x), `elif ${b}:`, ...indent(y), "else:", ...indent(z)]),
      fc.tuple(expression, block, block).map(([a, x, y]) => [`if ${a}:`, ...indent(x), "else:", ...indent(y)]),
      fc.tuple(expression, block).map(([iterable, body]) => [`for a, b in ${iterable}:`, ...indent(body)]),
      fc
        .tuple(fc.constantFrom("", "a", "a, b=1", "a, b=[1], *args, **kwargs", "*, a"), block, expression)
        .map(([parameters, body, value]) => [`def foo(${parameters}):`, ...indent(body), `  return ${value}`]),
    ),
    block: fc.array(tie("statement"), { minLength: 1, maxLength: 3 }).map((statements) => statements.flat()),
  };
});

const loads = fc.array(
  fc
    .tuple(
      fc.constantFrom("//lib/x.star", "//lib/a.star", "rel.star", "@other//b.star", ":c.star", "//x.star"),
      fc.uniqueArray(fc.constantFrom('"p"', '"q"', 'r="s"', '"u"'), { minLength: 1, maxLength: 3 }),
    )
    .map(([module, imported]) => [module, imported] as const),
  { maxLength: 3 },
);

/** Every load binds names of its own, so that their order means nothing. */
function loadLines(list: readonly (readonly [string, string[]])[]): string[] {
  return list.map(([module, imported], i) => {
    const own = imported.map((name) => (name.includes("=") ? name.replace("r", `r${i}`) : name.replace('"', `"m${i}`)));
    return `load("${module}", ${own.join(", ")})`;
  });
}

/** A program with one statement, or the head of one, on each line. */
const program: fc.Arbitrary<string[]> = fc
  .tuple(loads, fc.array(block, { maxLength: 4 }), fc.boolean())
  .map(([list, blocks, loadsLast]) => {
    const lines = blocks.flat();
    return loadsLast ? [...lines, ...loadLines(list)] : [...loadLines(list), ...lines];
  });

const token =
  /"""[^]*?"""|'''[^]*?'''|r?"(?:\\.|[^"\\])*"|r?'(?:\\.|[^'\\])*'|[\w.]*\d\.?[eE]\+\d+|\d+\.\d*|\.\d+|\w+|[*/<>=!+\-|%]*[=*/]|\S/g;

export interface Scattering {
  /** Answers 0 to `count` - 1. */
  choose: (count: number) => number;
  /** Comments and line ends between any two tokens, not only around what has commas between. */
  anywhere: boolean;
}

/** The same program with other white space and comments. */
function scatter(lines: readonly string[], { choose, anywhere }: Scattering): string {
  let comments = 0;
  const comment = () => `#${choose(2) === 0 ? " " : ""}c${comments++}`;
  const out: string[] = [];
  for (const line of lines) {
    const indentation = /^ */.exec(line)![0];
    for (let i = choose(12); i > 9; i--) out.push(choose(2) === 0 ? "" : `${" ".repeat(choose(7))}${comment()}`);
    let text = indentation;
    const brackets: string[] = [];
    let previous = "";
    for (const [found] of line.trim().matchAll(token)) {
      if (previous !== "") text += between(previous, found, brackets.at(-1));
      text += found;
      if (")]}".includes(found)) brackets.pop();
      if ("([{".includes(found)) brackets.push(found === "[" && /[\w)\]]/.test(previous) ? "subscript" : found);
      previous = found;
    }
    out.push(choose(8) === 0 ? `${text}${" ".repeat(choose(3))} ${comment()}` : text);
  }
  if (choose(4) === 0) out.push(comment());
  return `${out.join("\n")}\n`;

  function between(before: string, after: string, bracket: string | undefined): string {
    const isEdge = bracket !== "subscript" && (",([{".includes(before) || ")]}".includes(after));
    if (bracket !== undefined && (anywhere || isEdge)) {
      switch (choose(isEdge ? 20 : 60)) {
        case 0:
          return "\n  ";
        case 1:
          return `  ${comment()}\n   `;
        case 2:
          return `\n ${comment()}\n`;
        case 3:
          return `\n\n    ${comment()}\n\n ${comment()}\n`;
        case 4:
          return "\n\n";
        case 5:
        case 6:
          return "\n      ";
        default:
      }
    }
    const needed = /\w$|["']$/.test(before) && /^\w|^["']/.test(after);
    const wordBeforeDot = /^\d+$/.test(before) && after === ".";
    return " ".repeat(needed || wordBeforeDot ? 1 + choose(2) : [0, 1, 1, 1, 2][choose(5)]!);
  }
}

/** Programs in random layouts; some are not valid. */
export function scatteredSource(anywhere: boolean): fc.Arbitrary<string> {
  return fc.tuple(program, fc.infiniteStream(fc.nat(1_000_000))).map(([lines, numbers]) => {
    const stream = numbers[Symbol.iterator]();
    return scatter(lines, { choose: (count) => (stream.next().value as number) % count, anywhere });
  });
}
