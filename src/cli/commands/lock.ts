import { mkdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { InvalidArgumentError, type Command } from "commander";
import { AutoFlowError } from "../../core/errors.ts";
import type { Diagnostic } from "../../core/program.ts";
import { isProjectPath, isRefName } from "../../core/source-path.ts";
import { FolderFiles } from "../../events/definitions/folder-files.ts";
import { LockBuilder } from "../../events/definitions/lock-builder.ts";
import { formatLock, type Lock, LockProblem, lockPath, parseLock } from "../../events/definitions/lock-file.ts";
import { lockProblems, scriptsToLock } from "../scripts/lock-scripts.ts";
import { addConfigOptions } from "../configuration.ts";
import { describeDiagnostic } from "../failures.ts";
import { addOutputOption, printList, say, type OutputFormat, type View } from "../output.ts";
import { addProjectSourceOption, type LibraryOptions, openLibraryAccess } from "../project-sources.ts";
import { replaceFile } from "../replace-file.ts";
import { seenFromHere } from "../script-file.ts";

interface Options extends LibraryOptions {
  update?: true | string[];
  check?: boolean;
  project: string;
  output: OutputFormat;
}

/** One other project, and what became of its entry. */
interface LockLine {
  project: string;
  ref: string;
  commit: string;
  files: string[];
  change: "added" | "updated" | "kept" | "removed";
}

const view: View<LockLine> = {
  name: ({ project, ref }) => `${project}@${ref}`,
  columns: [
    { title: "project", value: ({ project }) => project },
    { title: "ref", value: ({ ref }) => ref },
    { title: "commit", value: ({ commit }) => commit.slice(0, 12) },
    { title: "files", value: ({ files }) => files.length },
    { title: "change", value: ({ change }) => change },
  ],
};

/** autoflow lock: with --check it exits with 1 when the lock file is not what it should be. */
export function configureLock(command: Command): void {
  command
    .description(
      `Pin what the scripts of a project load from other projects: each tag, branch or commit to what it stands for, in ${lockPath}. ` +
        "What is pinned stays; what is new is looked up; what nothing loads any more is dropped. Commit the file to Git.",
    )
    .argument("[folder]", "the folder of the project", ".")
    .option(
      "--update [project]",
      "look up again what tags and branches stand for: of all, or of GROUP/PROJECT[@REF]",
      collect,
    )
    .option("--check", "write nothing; exit with 1 when the file is missing something or differs")
    .option("-p, --project <project>", "the project in the configuration whose GitLab instance and token are used", "*")
    .addHelpText(
      "after",
      "\nExamples:\n  autoflow lock\n  autoflow lock --update group/library\n  autoflow lock --check\n  autoflow lock --project-source group/library=../library",
    );
  addProjectSourceOption(addConfigOptions(addOutputOption(command))).action(lock);
}

function collect(text: string, others: true | string[] = []): string[] {
  const [project = "", ...ref] = text.split("@");
  if (!isProjectPath(project) || (ref.length > 0 && !isRefName(ref.join("@")))) {
    throw new InvalidArgumentError("Write it as GROUP/PROJECT or GROUP/PROJECT@REF.");
  }
  return others === true ? [text] : [...others, text];
}

async function lock(given: string, options: Options): Promise<void> {
  const root = await requireFolder(given);
  const text = await readFile(path.join(root, lockPath), "utf8").catch(() => undefined);
  const before = readBefore(text, options.check === true);
  const { others } = openLibraryAccess(options, options.project);
  const builder = new LockBuilder(others, before, (key) => isRenewed(key, options.update));
  const own = new FolderFiles(root);
  const problems: Diagnostic[] = [];
  for (const script of await scriptsToLock(root)) problems.push(...(await lockProblems(script, own, builder)));
  refuse(problems, root);
  const after = await builder.lock();
  requireKnown(options.update, after);
  await printList({ items: compare(before, after) }, view, options.output);
  await conclude(path.join(root, lockPath), text, after, options.check === true);
}

async function requireFolder(given: string): Promise<string> {
  const folder = path.resolve(given);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return folder;
  throw new AutoFlowError("NOT_FOUND", `${given} is not a folder`, { hint: "Name the folder of a project." });
}

/** A file that cannot be read is written anew, unless it is only to be checked. */
function readBefore(text: string | undefined, isCheck: boolean): Lock {
  if (text === undefined) return new Map();
  try {
    return parseLock(text);
  } catch (error) {
    if (!(error instanceof LockProblem)) throw error;
    const where = { file: lockPath, line: error.line ?? 1, column: 1 };
    if (isCheck) throw new AutoFlowError("LOCK_INVALID", `${lockPath} cannot be used: ${error.message}`, { where });
    say(`warning: ${lockPath} could not be used (${error.message}); everything was looked up again`);
    return new Map();
  }
}

function isRenewed(key: string, update: Options["update"] = []): boolean {
  return update === true || update.some((one) => key === one || key.startsWith(`${one}@`));
}

function refuse(problems: readonly Diagnostic[], root: string): void {
  const told = new Set(
    problems.map((problem) => describeDiagnostic({ ...problem, where: seenFromHere(root, problem.where) })),
  );
  if (told.size === 0) return;
  for (const line of told) say(line);
  throw new AutoFlowError("SCRIPT_LOAD_FAILED", `${lockPath} was left as it is: not everything can be loaded`, {
    hint:
      "Mend what is listed above, then run `autoflow lock` again. A project that has a clone on this machine is read there " +
      "with --project-source GROUP/PROJECT=FOLDER.",
  });
}

function requireKnown(update: Options["update"] = [], after: Lock): void {
  const unknown =
    update === true ? undefined : update.find((one) => ![...after.keys()].some((key) => isRenewed(key, [one])));
  if (unknown === undefined) return;
  throw new AutoFlowError("NOT_FOUND", `no script loads anything of ${unknown}`, {
    hint:
      after.size === 0
        ? "Nothing is loaded from other projects."
        : `Loaded are ${[...after.keys()].toSorted().join(", ")}.`,
  });
}

function compare(before: Lock, after: Lock): LockLine[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return keys.map((key) => {
    const [old, now] = [before.get(key), after.get(key)];
    const { project, ref, commit, files } = (now ?? old)!;
    const isKept = old?.commit === now?.commit;
    const change = old === undefined ? "added" : now === undefined ? "removed" : isKept ? "kept" : "updated";
    return { project, ref, commit, files: [...files.keys()].toSorted(), change };
  });
}

async function conclude(file: string, before: string | undefined, lock: Lock, isCheck: boolean): Promise<void> {
  const after = formatLock(lock);
  if (before === after || (before === undefined && lock.size === 0)) {
    say(lock.size === 0 ? "Nothing is loaded from other projects." : `${lockPath} is up to date.`);
  } else if (isCheck) {
    throw new AutoFlowError("LOCK_OUTDATED", `${lockPath} is not what the scripts need`);
  } else {
    await mkdir(path.dirname(file), { recursive: true });
    await replaceFile(file, after);
    say(`${lockPath} is written: commit it to Git.`);
  }
}
