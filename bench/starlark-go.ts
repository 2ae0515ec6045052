/** starlark-go, the interpreter that others are measured by, as a program of this machine. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";

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
    const binary = path.join(process.env["GOBIN"] ?? path.join(homedir(), "go/bin"), "starlark");
    if (existsSync(binary)) return new StarlarkGo(binary);
    const install = ["install", "go.starlark.net/cmd/starlark@latest"];
    const { status, stderr, error } = spawnSync("go", install, { encoding: "utf8", timeout: 120_000 });
    if (status === 0 && existsSync(binary)) return new StarlarkGo(binary);
    return error?.message ?? (stderr.trim() || `go install left no ${binary}`);
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
