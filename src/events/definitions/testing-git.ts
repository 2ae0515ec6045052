/** For tests: real Git repositories. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** A repository in a folder of its own, which is removed at the end. */
export class TestRepository implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<TestRepository> {
    const repository = new TestRepository(await realpath(await mkdtemp(path.join(tmpdir(), "autoflow-git-"))));
    repository.git("init", "-q", "-b", "main");
    return repository;
  }

  /** Runs Git in the folder and answers what it prints. */
  git(...args: string[]): string {
    const settings = [
      "-c",
      "user.name=Mara Lindqvist",
      "-c",
      "user.email=mara@example.com",
      "-c",
      "commit.gpgsign=false",
    ];
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
    return execFileSync("git", [...settings, ...args], {
      cwd: this.folder,
      env: { ...Object.fromEntries(own), GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
      encoding: "utf8",
    }).trim();
  }

  async write(file: string, content: string | Uint8Array): Promise<void> {
    await mkdir(path.dirname(path.join(this.folder, file)), { recursive: true });
    await writeFile(path.join(this.folder, file), content);
  }

  /** Commits everything there is, and these files; answers the commit. */
  async commit(files: Record<string, string | Uint8Array>, message = "change"): Promise<string> {
    for (const [file, content] of Object.entries(files)) await this.write(file, content);
    this.git("add", "-A");
    this.git("commit", "-q", "--allow-empty", "-m", message);
    return this.git("rev-parse", "HEAD");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
