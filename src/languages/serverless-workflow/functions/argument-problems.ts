/** What is wrong with the names of the arguments of a call, as far as the function's document tells it before any call is made. */
import type { FunctionPlan } from "./plan.ts";

/** Problems for people, each a part of a sentence: `the path parameter "id" is missing`. `names` are those of the arguments. */
export function argumentProblems(plan: FunctionPlan, names: ReadonlySet<string>): string[] {
  switch (plan.kind) {
    case "rest": {
      const known = new Set(
        plan.parameters.map(({ name, in: place }) => (place === "header" ? name.toLowerCase() : name)),
      );
      const isKnown = (name: string): boolean => known.has(name) || known.has(name.toLowerCase());
      const missing = plan.parameters.filter(({ name, in: place, required }) => {
        const isGiven =
          names.has(name) ||
          (place === "header" && [...names].some((given) => given.toLowerCase() === name.toLowerCase()));
        return required === true && !isGiven;
      });
      return [
        ...missing.map(({ name, in: place }) => `the ${place} parameter ${JSON.stringify(name)} is missing`),
        ...(plan.body === undefined
          ? unknown(names, isKnown, "the operation has no parameter of that name and no body")
          : []),
      ];
    }
    case "custom-rest":
      return missingIn(plan.url, names);
    case "asyncapi":
      return missingIn(plan.path, names);
    case "odata":
      return unknown(names, (name) => name === "queryOptions" || name === "key", "it takes queryOptions and key");
    case "graphql": {
      const { argumentTypes } = plan;
      return argumentTypes === undefined
        ? []
        : unknown(names, (name) => Object.hasOwn(argumentTypes, name), `${plan.field} has no such argument`);
    }
    case "rpc": {
      const type = plan.types[plan.request];
      if (type?.kind !== "message" || plan.clientStreaming) return [];
      const fields = new Set(type.fields.flatMap(({ name, json }) => [name, json]));
      return unknown(names, (name) => fields.has(name), `${plan.request} has no such field`);
    }
    case "expression":
    case "log":
      return [];
  }
}

function unknown(names: ReadonlySet<string>, isKnown: (name: string) => boolean, why: string): string[] {
  return [...names]
    .filter((name) => !isKnown(name))
    .map((name) => `${JSON.stringify(name)} is not sent or refused: ${why}`);
}

function missingIn(address: string, names: ReadonlySet<string>): string[] {
  const wanted = [...address.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1]!);
  return wanted
    .filter((name) => !names.has(name))
    .map((name) => `${JSON.stringify(name)}, which is part of the address, is missing`);
}
