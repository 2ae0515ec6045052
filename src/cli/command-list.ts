/** Every command, in the order of the help, with the file that has it. */
import type { Command } from "commander";

interface CommandEntry {
  name: string;
  summary: string;
  /** Resolves with what adds the command's options, arguments and action. */
  load: () => Promise<(command: Command) => void>;
}

export const commands: CommandEntry[] = [
  {
    name: "init",
    summary: "write a small project to begin with: a script, its tests, a README",
    load: async () => (await import("./commands/init.ts")).configureInit,
  },
  {
    name: "dev",
    summary: "start a server for a folder of scripts and workflows, watch it, and print what they print",
    load: async () => (await import("./commands/dev.ts")).configureDev,
  },
  {
    name: "serve",
    summary: "start a server with a configuration file",
    load: async () => (await import("./commands/serve.ts")).configureServe,
  },
  {
    name: "worker",
    summary: "compute runs of a Temporal server, beside servers that start them",
    load: async () => (await import("./commands/worker.ts")).configureWorker,
  },
  {
    name: "guard",
    summary: "start a proxy before GitLab that asks rules about changes",
    load: async () => (await import("./commands/guard.ts")).configureGuard,
  },
  {
    name: "run",
    summary: "run a script once, durably; the same command continues it",
    load: async () => (await import("./commands/run.ts")).configureRun,
  },
  {
    name: "events",
    summary: "send events, and see what became of them",
    load: async () => (await import("./commands/events.ts")).configureEvents,
  },
  {
    name: "runs",
    summary: "see, cancel, resume, repair and signal runs",
    load: async () => (await import("./commands/runs.ts")).configureRuns,
  },
  {
    name: "tasks",
    summary: "see and answer what runs ask people",
    load: async () => (await import("./commands/tasks.ts")).configureTasks,
  },
  {
    name: "workflows",
    summary: "check, draw, import and start Serverless Workflow definitions",
    load: async () => (await import("./commands/workflows.ts")).configureWorkflows,
  },
  {
    name: "triage",
    summary: "carry out triage policies: label, comment, close and summarize by conditions",
    load: async () => (await import("./commands/triage.ts")).configureTriage,
  },
  {
    name: "definitions",
    summary: "see the scripts and workflows that the server knows",
    load: async () => (await import("./commands/definitions.ts")).configureDefinitions,
  },
  {
    name: "flags",
    summary: "see and set feature flags",
    load: async () => (await import("./commands/flags.ts")).configureFlags,
  },
  {
    name: "lint",
    summary: "report what is wrong with scripts and workflows",
    load: async () => (await import("./commands/lint.ts")).configureLint,
  },
  {
    name: "lsp",
    summary: "serve an editor: completion, hover, problems, go to definition",
    load: async () => (await import("./commands/lsp.ts")).configureLsp,
  },
  {
    name: "stubs",
    summary: "write what scripts can name as Python stubs, for other editors",
    load: async () => (await import("./commands/stubs.ts")).configureStubs,
  },
  {
    name: "lock",
    summary: "pin what scripts load from other projects",
    load: async () => (await import("./commands/lock.ts")).configureLock,
  },
  {
    name: "fmt",
    summary: "lay scripts out in the one style",
    load: async () => (await import("./commands/fmt.ts")).configureFmt,
  },
  {
    name: "test",
    summary: "run the tests of scripts and workflows, in simulated time and with a simulated GitLab",
    load: async () => (await import("./commands/test.ts")).configureTest,
  },
  {
    name: "gitlab-sim",
    summary: "start a simulated GitLab, for tests and demonstrations",
    load: async () => (await import("./commands/gitlab-sim.ts")).configureGitlabSim,
  },
  {
    name: "starlark",
    summary: "run a Starlark program by itself",
    load: async () => (await import("./commands/starlark.ts")).configureStarlark,
  },
  {
    name: "repl",
    summary: "try Starlark out, line by line",
    load: async () => (await import("./commands/repl.ts")).configureRepl,
  },
  {
    name: "temporal",
    summary: "prepare a Temporal server, and see the versions of workers",
    load: async () => (await import("./commands/temporal.ts")).configureTemporal,
  },
  {
    name: "doctor",
    summary: "check this machine, where runs are kept, and the server",
    load: async () => (await import("./commands/doctor.ts")).configureDoctor,
  },
  {
    name: "config",
    summary: "see the configuration",
    load: async () => (await import("./commands/config.ts")).configureConfig,
  },
  {
    name: "version",
    summary: "print the versions of AutoFlow, Node and SQLite",
    load: async () => (await import("./commands/version.ts")).configureVersion,
  },
];
