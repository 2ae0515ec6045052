/** Programs that do the same work once: tests put the same definitions into one project after another. */
import type { CompileResult, Image, LoadedImage, Program, Sources } from "../core/program.ts";

/** `seenProject` gives the name of a project as scripts see it. */
export function sharedProgram(program: Program, seenProject: (project: string) => string): Program {
  const compiled = new WeakMap<Sources, CompileResult>();
  const loaded = new Map<string, LoadedImage>();
  return {
    language: program.language,
    dependencies: (path, text) => program.dependencies(path, text),
    compile(sources, mode, limits) {
      const known = compiled.get(sources);
      if (known !== undefined) return { step: () => known };
      const compilation = program.compile(sources, mode, limits);
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
      if (one === undefined) loaded.set(image.hash, (one = seenAs(program.load(image), seenProject)));
      return one;
    },
  };
}

function seenAs(image: LoadedImage, seenProject: (project: string) => string): LoadedImage {
  const description = image.describe();
  return {
    hash: image.hash,
    machineVersion: image.machineVersion,
    describe: () => description,
    ...(image.source !== undefined && { source: () => image.source!() }),
    open: (start, state) => image.open({ ...start, project: seenProject(start.project) }, state),
    inspect: (start, state) => image.inspect({ ...start, project: seenProject(start.project) }, state),
  };
}
