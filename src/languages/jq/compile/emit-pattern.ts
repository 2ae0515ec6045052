/** Taking values apart: `as [$a, {b: $c}] ?// …`. */
import type { Pattern, PatternMember } from "../syntax/tree.ts";
import { variablesOf } from "../syntax/walk.ts";
import type { Emitter, Place } from "./emitter.ts";
import { TRY, INDEX, JUMP, MOVE } from "./opcode.ts";

/**
 * Binds the variables of `patterns` to parts of the value in register `value`, and gives the place that sees them. A later pattern takes
 * over when there is an error, also one behind this place; variables of other patterns are null.
 */
export function emitPatterns(emitter: Emitter, patterns: readonly Pattern[], value: number, place: Place): Place {
  const inside = withVariables(emitter, patterns, place);
  if (patterns.length === 1) {
    emitPattern(emitter, patterns[0]!, value, { inside, place, bound: new Set() });
    return inside;
  }
  const { builder } = place;
  const ends: number[] = [];
  for (const [number, pattern] of patterns.entries()) {
    for (const name of new Set(patterns.flatMap(variablesOf))) {
      builder.add(MOVE, registerOf(inside, name), emitter.load(null, place));
    }
    const isLast = number === patterns.length - 1;
    const otherwise = isLast ? -1 : builder.add(TRY, builder.register(), 0);
    emitPattern(emitter, pattern, value, { inside, place, bound: new Set() });
    if (isLast) continue;
    ends.push(builder.add(JUMP, 0));
    builder.land(otherwise);
  }
  for (const end of ends) builder.land(end);
  return inside;
}

function withVariables(emitter: Emitter, patterns: readonly Pattern[], place: Place): Place {
  const { builder } = place;
  let { scope } = place;
  for (const name of new Set(patterns.flatMap(variablesOf))) {
    scope = { next: scope, kind: "variable", name, builder, register: builder.register() };
  }
  return { ...place, scope };
}

function registerOf(place: Place, name: string): number {
  let entry = place.scope;
  while (entry!.name !== name || entry!.kind !== "variable") entry = entry!.next;
  return entry!.kind === "variable" ? entry!.register : 0;
}

/** Where a pattern stands, which is what its keys see, and where its variables are seen. */
interface Binding {
  readonly place: Place;
  readonly inside: Place;
  /** Names that have their value: of several variables with one name the first to be evaluated counts. */
  readonly bound: Set<string>;
}

function bind(name: string, value: number, { place, inside, bound }: Binding): void {
  if (bound.has(name)) return;
  bound.add(name);
  place.builder.add(MOVE, registerOf(inside, name), value);
}

function emitPattern(emitter: Emitter, pattern: Pattern, value: number, binding: Binding): void {
  const { place } = binding;
  if (pattern.kind === "variable") {
    bind(pattern.name, value, binding);
  } else if (pattern.kind === "array") {
    // From the last element to the first, as jq does: it tells which of several errors is met.
    for (const [number, element] of [...pattern.elements.entries()].toReversed()) {
      emitPattern(emitter, element, emitPart(emitter.load(number, place), value, place), binding);
    }
  } else {
    for (const member of pattern.members) emitMember(emitter, member, value, binding);
  }
}

function emitMember(emitter: Emitter, member: PatternMember, value: number, binding: Binding): void {
  const { place } = binding;
  const part = emitPart(emitter.emitAside(member.key, value, place), value, place);
  if (member.variable !== null) bind(member.variable, part, binding);
  if (member.pattern !== null) emitPattern(emitter, member.pattern, part, binding);
}

function emitPart(key: number, value: number, { builder }: Place): number {
  const part = builder.register();
  builder.add(INDEX, part, value, key, 0);
  return part;
}
