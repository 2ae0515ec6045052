/** The parser's half for statements (specification: Statements), and the way into it. */
import { ExpressionParser, functionNode } from "./parse-expression.ts";
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
  return new StatementParser(text).file();
}

class StatementParser extends ExpressionParser {
  #elifs = 0;

  file(): tree.Statement[] {
    const statements: tree.Statement[] = [];
    while (!this.at("end of file")) {
      if (this.at("newline")) this.next();
      else this.#statement(statements);
    }
    return statements;
  }

  /** One compound statement, or a line of simple ones. */
  #statement(into: tree.Statement[]): void {
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
        this.#simpleLine(into);
    }
  }

  #def(): tree.DefStatement {
    const pos = this.next();
    const name = this.identifier();
    this.consume("(");
    const parameters = this.parameters();
    this.consume(")");
    this.consume(":");
    return { kind: "def", pos, name, function: functionNode(name.name, pos, parameters, this.#suite()) };
  }

  #if(): tree.IfStatement {
    const outerElifs = this.#elifs;
    const first = this.#ifBranch();
    let last = first;
    while (this.at("elif")) {
      if (++this.#elifs > maximalElifs) this.fail("excessive nesting");
      const branch = this.#ifBranch();
      last.orElse = [branch];
      last = branch;
    }
    if (this.at("else")) {
      this.next();
      this.consume(":");
      last.orElse = this.#suite();
    }
    this.#elifs = outerElifs;
    return first;
  }

  /** From `if` or `elif` to the end of its block. */
  #ifBranch(): tree.IfStatement {
    const pos = this.next();
    const condition = this.test();
    this.consume(":");
    return { kind: "if", pos, condition, body: this.#suite(), orElse: [] };
  }

  #for(): tree.ForStatement {
    const pos = this.next();
    const target = this.loopVariables();
    this.consume("in");
    const iterable = this.expression(false);
    this.consume(":");
    return { kind: "for", pos, target, iterable, body: this.#suite() };
  }

  #while(): tree.WhileStatement {
    const pos = this.next();
    const condition = this.test();
    this.consume(":");
    return { kind: "while", pos, condition, body: this.#suite() };
  }

  /** What follows a colon: an indented block, or simple statements on the same line. */
  #suite(): tree.Statement[] {
    this.enter();
    const statements: tree.Statement[] = [];
    if (this.at("newline")) {
      this.next();
      this.consume("indent");
      while (!this.at("outdent") && !this.at("end of file")) this.#statement(statements);
      this.consume("outdent");
    } else {
      this.#simpleLine(statements);
    }
    this.leave();
    return statements;
  }

  #simpleLine(into: tree.Statement[]): void {
    for (;;) {
      into.push(this.#simple());
      if (!this.at(";")) break;
      this.next();
      if (this.at("newline") || this.at("end of file")) break;
    }
    if (!this.at("end of file")) this.consume("newline");
  }

  #simple(): tree.Statement {
    const { token } = this.scanner;
    switch (token) {
      case "return":
        return this.#return();
      case "break":
      case "continue":
      case "pass":
        return { kind: token, pos: this.next() };
      case "load":
        return this.#load();
      default:
        return this.#assignmentOrExpression();
    }
  }

  #return(): tree.ReturnStatement {
    const pos = this.next();
    if (this.at("newline") || this.at(";") || this.at("end of file")) return { kind: "return", pos };
    return { kind: "return", pos, value: this.expression(false) };
  }

  #assignmentOrExpression(): tree.Statement {
    const target = this.expression(false);
    const operator = assignments.get(this.scanner.token);
    if (operator === undefined) return { kind: "expression", pos: target.pos, value: target };
    return { kind: "assign", pos: this.next(), operator, target, value: this.expression(false) };
  }

  #load(): tree.LoadStatement {
    const pos = this.next();
    const opening = this.consume("(");
    if (!this.at("string literal")) this.fail("first operand of load statement must be a string literal");
    const module = this.stringLiteral();
    const names: tree.LoadStatement["names"] = [];
    while (!this.at(")") && !this.at("end of file")) {
      this.consume(",");
      if (this.at(")")) break;
      names.push(this.#loadedName());
    }
    this.consume(")");
    if (names.length === 0) this.fail("load statement must import at least 1 symbol", opening);
    return { kind: "load", pos, module, names };
  }

  /** `"name"` or `local="name"`. A name that is its string begins after the quote. */
  #loadedName(): tree.LoadStatement["names"][number] {
    if (this.at("string literal")) {
      const remote = this.stringLiteral();
      return { local: { kind: "identifier", pos: remote.pos + 1, name: remote.value }, remote };
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
