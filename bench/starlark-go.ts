/** starlark-go, the interpreter that others are measured by, as a program of this machine. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findStarlarkGo } from "../test/support/starlark-go.ts";

/** What `work()` of a program took and answered. */
export interface Measured {
  ms: number;
  /** The printed result. */
  result: string;
}

export class StarlarkGo {
  readonly #binary: string;
  readonly #folder = mkdtempSync(path.join(tmpdir(), "autoflow-starlark-"));

  private constructor(binary: string) {
    this.#binary = binary;
  }

  /** The interpreter, installed when it is missing; a string says why there is none. */
  static find(): StarlarkGo | string {
    const found = findStarlarkGo();
    return "file" in found ? new StarlarkGo(found.file) : found.missing;
  }

  /** Runs the program once in a process of its own; the time is taken inside. */
  run(program: string): Measured {
    const file = path.join(this.#folder, "work.star");
    writeFileSync(
      file,
      `${program}\nstart = time.now()\nresult = work()\nprint((time.now() - start).microseconds, result)\n`,
    );
    const { stderr, status } = spawnSync(this.#binary, ["-recursion", "-globalreassign", file], { encoding: "utf8" });
    const [, microseconds, result] = /^(\d+) (.*)$/m.exec(stderr) ?? [];
    if (status !== 0 || microseconds === undefined) throw new Error(`starlark-go: ${stderr}`);
    return { ms: Number(microseconds) / 1000, result: result! };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
