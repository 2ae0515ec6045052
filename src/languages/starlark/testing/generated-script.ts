/** Random programs: function bodies of every statement and expression, with calls of `step(x)` in any place. They end, or fail. */
import fc from "fast-check";

const names = ["a", "b", "c", "d"];
const name = fc.constantFrom(...names);

const { expression } = fc.letrec<{ expression: string; list: string }>((tie) => {
  const inner = tie("expression");
  const list = tie("list");
  const text = (parts: TemplateStringsArray, ...values: fc.Arbitrary<string>[]) =>
    fc.tuple(...values).map((found) => parts.reduce((all, part, i) => all + part + (found[i] ?? ""), ""));
  return {
    list: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constant("[1, 2, 3]"),
      text`[${inner}, ${inner}]`,
      text`range(step(${fc.constantFrom("0", "1", "3")}))`,
      text`[x + ${inner} for x in ${list} if ${inner}]`,
      text`(${inner}, ${inner})`,
      text`sorted(${list}, key = lambda v: step(0))`,
      fc.constant("e"),
    ),
    expression: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      name,
      name,
      fc.constantFrom("0", "1", "-2", "7", "None", "True", '"s"', "2.5", "1 << 60"),
      text`step(${inner})`,
      text`step(${inner})`,
      text`(${inner} ${fc.constantFrom("+", "-", "*", "//", "%", "==", "!=", "<", "and", "or", "|", "in")} ${inner})`,
      text`(not ${inner})`,
      text`(${inner} if ${inner} else ${inner})`,
      text`${list}[step(0)]`,
      text`len(${list})`,
      text`{${inner}: ${inner}, "k": step(${inner})}.get("k")`,
      text`{x: step(x) for x in ${list}}`,
      text`(lambda x, y = ${inner}: step(x) or y)(${inner})`,
      text`inc(${inner}, by = ${inner})`,
      text`inc(*${list})`,
      text`call(lambda: ${inner})`,
      text`str(${inner}) + "/%s" % ${inner}`,
      list,
    ),
  };
});

const { block } = fc.letrec<{ statement: string[]; block: string[] }>((tie) => {
  const block = tie("block");
  const indent = (lines: string[]) => lines.map((line) => `    ${line}`);
  return {
    statement: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.tuple(name, expression).map(([target, value]) => [`${target} = ${value}`]),
      fc
        .tuple(name, fc.constantFrom("+", "-", "*", "|"), expression)
        .map(([target, op, value]) => [`${target} ${op}= ${value}`]),
      fc.tuple(name, name, expression).map(([x, y, value]) => [`${x}, ${y} = step([${value}, 2])`]),
      fc.tuple(expression, expression).map(([x, y]) => [`e.append(${x})`, `e[step(-1)] = ${y}`]),
      fc.tuple(expression).map(([value]) => [`print(${value}, e)`]),
      fc
        .tuple(expression, block, block)
        .map(([condition, then, otherwise]) => [`if ${condition}:`, ...indent(then), "else:", ...indent(otherwise)]),
      fc
        .tuple(name, expression, block, fc.constantFrom("break", "continue", "pass"))
        .map(([target, values, body, end]) => [
          `for ${target} in (${values}, 1):`,
          ...indent(body),
          `    if step(${target}) == 1:`,
          `        ${end}`,
        ]),
      fc
        .tuple(name, block)
        .map(([target, body]) => [
          `def local():`,
          `    ${target} = step(5)`,
          ...indent(body),
          `    return ${target}`,
          `print(attempted(local))`,
        ]),
    ),
    block: fc.array(tie("statement"), { minLength: 1, maxLength: 3 }).map((statements) => statements.flat()),
  };
});

/** Lines of a function's body that has the names a, b, c, d and the list e. */
export const functionBody: fc.Arbitrary<string[]> = fc
  .array(block, { minLength: 1, maxLength: 4 })
  .map((blocks) => blocks.flat());
