/** The parser's half for statements (specification: Statements), and the way into it. */
import { ExpressionParser, functionNode } from "./parse-expression.ts";
import { Scanner } from "./scan.ts";
import { showToken } from "./token.ts";
import type * as tree from "./tree.ts";
import { toText } from "../values/text.ts";

/** One `if` may have so many `elif`, those of the statements around it included: each nests in the one before. */
const maximalElifs = 500;

const assignments: ReadonlyMap<string, tree.AssignStatement["operator"]> = new Map([
  ["=", ""],
  ["+=", "+"],
  ["-=", "-"],
  ["*=", "*"],
  ["/=", "/"],
  ["//=", "//"],
  ["%=", "%"],
  ["&=", "&"],
  ["|=", "|"],
  ["^=", "^"],
  ["<<=", "<<"],
  [">>=", ">>"],
]);

/** The statements of a text with "\n" line ends, unresolved. Throws SyntaxProblem for the first thing that is wrong. */
export function parse(text: string): tree.Statement[] {
  return new StatementParser(new Scanner(text)).file();
}

/** What stands before a def's colon; filled in as it is parsed. */
export type DefHeader = Pick<tree.DefStatement, "name" | "open" | "close"> & { parameters: tree.Parameter[] };

/** Throws SyntaxProblem for the first thing that is wrong; `RecoveringParser` goes on. */
export class StatementParser extends ExpressionParser {
  #elifs = 0;

  file(): tree.Statement[] {
    const statements: tree.Statement[] = [];
    while (!this.at("end of file")) {
      if (this.at("newline")) this.next();
      else this.statement(statements);
    }
    return statements;
  }

  /** One compound statement, or a line of simple ones. */
  protected statement(into: tree.Statement[]): void {
    switch (this.scanner.token) {
      case "def":
        into.push(this.#def());
        return;
      case "if":
        into.push(this.#if());
        return;
      case "for":
        into.push(this.#for());
        return;
      case "while":
        into.push(this.#while());
        return;
      default:
        this.simpleLine(into);
    }
  }

  #def(): tree.DefStatement {
    const pos = this.next();
    const header: DefHeader = {
      name: { kind: "identifier", pos, end: pos, name: "" },
      open: pos,
      close: pos,
      parameters: [],
    };
    this.defHeader(header);
    const { name, open, close, parameters } = header;
    const node = functionNode(name.name, pos, parameters, this.suite());
    return { kind: "def", pos, end: node.end, name, open, close, function: node };
  }

  /** From a def's name to its colon. */
  protected defHeader(header: DefHeader): void {
    header.name = this.identifier();
    header.open = this.consume("(");
    this.parameters(header.parameters, true);
    header.close = this.consume(")");
    this.resultAnnotation();
    this.consume(":");
  }

  /** What may follow a def's parameters, in a dialect that has it. */
  protected resultAnnotation(): void {}

  #if(): tree.IfStatement {
    const outerElifs = this.#elifs;
    const first = this.#ifBranch();
    const branches = [first];
    let last = first;
    while (this.at("elif")) {
      if (++this.#elifs > maximalElifs) this.fail("excessive nesting");
      const branch = this.#ifBranch();
      last.orElse = [branch];
      branches.push(branch);
      last = branch;
    }
    if (this.at("else")) {
      last.elsePos = this.next();
      this.consume(":");
      last.orElse = this.suite();
    }
    const end = last.orElse.at(-1)?.end ?? last.end;
    for (const branch of branches) branch.end = end;
    this.#elifs = outerElifs;
    return first;
  }

  /** From `if` or `elif` to the end of its block. */
  #ifBranch(): tree.IfStatement {
    const pos = this.next();
    const condition = this.test();
    this.consume(":");
    const body = this.suite();
    return { kind: "if", pos, end: endOf(body, condition), condition, body, orElse: [] };
  }

  #for(): tree.ForStatement {
    const pos = this.next();
    const target = this.loopVariables();
    this.consume("in");
    const iterable = this.expression(false);
    this.consume(":");
    const body = this.suite();
    return { kind: "for", pos, end: endOf(body, iterable), target, iterable, body };
  }

  #while(): tree.WhileStatement {
    const pos = this.next();
    const condition = this.test();
    this.consume(":");
    const body = this.suite();
    return { kind: "while", pos, end: endOf(body, condition), condition, body };
  }

  /** What follows a colon: an indented block, or simple statements on the same line. */
  protected suite(): tree.Statement[] {
    this.enter();
    const statements: tree.Statement[] = [];
    if (this.at("newline")) {
      this.next();
      this.consume("indent");
      while (!this.at("outdent") && !this.at("end of file")) this.statement(statements);
      this.consume("outdent");
    } else {
      this.simpleLine(statements);
    }
    this.leave();
    return statements;
  }

  protected simpleLine(into: tree.Statement[]): void {
    for (;;) {
      into.push(this.simple());
      if (!this.at(";")) break;
      this.next();
      if (this.at("newline") || this.at("end of file")) break;
    }
    if (!this.at("end of file")) this.consume("newline");
  }

  protected simple(): tree.Statement {
    const { token } = this.scanner;
    switch (token) {
      case "return":
        return this.#return();
      case "break":
      case "continue":
      case "pass":
        return { kind: token, pos: this.next(), end: this.previousEnd };
      case "load":
        return this.#load();
      default:
        return this.#assignmentOrExpression();
    }
  }

  #return(): tree.ReturnStatement {
    const pos = this.next();
    const { previousEnd: end } = this;
    if (this.at("newline") || this.at(";") || this.at("end of file")) return { kind: "return", pos, end };
    const value = this.expression(false);
    return { kind: "return", pos, end: value.end, value };
  }

  #assignmentOrExpression(): tree.Statement {
    const target = this.expression(false);
    this.variableAnnotation(target);
    const operator = assignments.get(this.scanner.token);
    if (operator === undefined) return { kind: "expression", pos: target.pos, end: target.end, value: target };
    const pos = this.next();
    const value = this.expression(false);
    return { kind: "assign", pos, end: value.end, operator, target, value };
  }

  /** What may follow the target of an assignment, in a dialect that has it. */
  protected variableAnnotation(_target: tree.Expression): void {}

  #load(): tree.LoadStatement {
    const pos = this.next();
    const opening = this.consume("(");
    if (!this.at("string literal")) this.fail("first operand of load statement must be a string literal");
    const module = this.stringLiteral();
    const names: tree.LoadedName[] = [];
    while (!this.at(")") && !this.at("end of file")) {
      this.consume(",");
      if (this.at(")")) break;
      names.push(this.#loadedName());
    }
    this.consume(")");
    if (names.length === 0) this.fail("load statement must import at least 1 symbol", opening);
    return { kind: "load", pos, end: this.previousEnd, module, names };
  }

  /** `"name"` or `local="name"`. A name that is its string begins after the quote. */
  #loadedName(): tree.LoadedName {
    if (this.at("string literal")) {
      const remote = this.stringLiteral();
      return { local: { kind: "identifier", pos: remote.pos + 1, end: remote.end - 1, name: remote.value }, remote };
    }
    if (!this.at("identifier")) {
      this.fail(`load operand must be "name" or localname="name" (got ${showToken(this.scanner.token)})`);
    }
    const local = this.identifier();
    const name = toText(local.name);
    if (!this.at("=")) this.fail(`load operand must be "${name}" or ${name}="originalname" (want '=' after ${name})`);
    this.next();
    if (!this.at("string literal")) {
      this.fail(`original name of loaded symbol must be quoted: ${name}="originalname"`);
    }
    return { local, remote: this.stringLiteral() };
  }
}

/** Where a block ends, or what is before it when nothing of it could be parsed. */
function endOf(body: readonly tree.Statement[], before: tree.Expression): number {
  return body.at(-1)?.end ?? before.end;
}
