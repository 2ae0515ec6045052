/**
 * The part of the library that is written in Starlark, so that a function a script passes may wait. A builtin with `divert`
 * calls these; names that begin with `_` are the builtins of `internals` in `registry.ts`.
 */
export const preludePath = "@builtin/prelude.star";

export const preludeSource = `
def sorted(values, key, reverse):
    return _sort_by(values, [key(value) for value in values], reverse)

def min(values, key):
    return _min_by(values, [key(value) for value in values])

def max(values, key):
    return _max_by(values, [key(value) for value in values])
`;
