/** Programs that do the same work once: tests put the same definitions into one project after another. */
import type { LineCoverage } from "./coverage.ts";
import type { Compilation, CompileResult, Image, LoadedImage, Machine, Program, Sources } from "../core/program.ts";

export interface SharedOptions {
  /** The name of a project as scripts see it. */
  seenProject: (project: string) => string;
  /** Where the lines are noted that runs execute; undefined when they are not. */
  coverageOf: () => LineCoverage | undefined;
}

/** Does what the program does; what it has made of handlers' sources and of an image is kept. */
export function sharedProgram(program: Program, options: SharedOptions): Program {
  const compiled = new WeakMap<Sources, CompileResult>();
  const loaded = new Map<string, LoadedImage>();
  return {
    language: program.language,
    dependencies: (path, text) => program.dependencies(path, text),
    compile(sources, mode, limits) {
      if (mode !== "handlers") return program.compile(sources, mode, limits);
      const known = compiled.get(sources);
      if (known !== undefined) return { step: () => known };
      const compilation = program.compile(sources, mode, limits);
      watch(compilation, options);
      return {
        step(budget) {
          const result = compilation.step(budget);
          if (result !== "running") compiled.set(sources, result);
          return result;
        },
      };
    },
    load(image: Image): LoadedImage {
      let one = loaded.get(image.hash);
      if (one === undefined) loaded.set(image.hash, (one = seenAs(program.load(image), options)));
      return one;
    },
  };
}

function watch(computing: Compilation | Machine, { coverageOf }: SharedOptions): void {
  const coverage = coverageOf();
  if (coverage !== undefined) computing.watch?.((place) => coverage.note(place));
}

function seenAs(image: LoadedImage, options: SharedOptions): LoadedImage {
  const { seenProject } = options;
  const description = image.describe();
  return {
    hash: image.hash,
    machineVersion: image.machineVersion,
    describe: () => description,
    ...(image.source !== undefined && { source: () => image.source!() }),
    open(start, state) {
      const machine = image.open({ ...start, project: seenProject(start.project) }, state);
      watch(machine, options);
      return machine;
    },
    inspect: (start, state) => image.inspect({ ...start, project: seenProject(start.project) }, state),
  };
}
