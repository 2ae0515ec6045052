/**
 * The part of the library that is written in Starlark, so that a function a script passes may wait, and long work may pause. A
 * builtin with `divert` calls these; names that begin with `_` are the builtins of `internals` in `registry.ts`.
 */
export const preludePath = "@builtin/prelude.star";

export const preludeSource = `
def sorted(values, key, reverse):
    keys = values if key == None else [key(value) for value in values]
    runs = [_sort_run(keys, start, reverse) for start in range(0, len(keys) or 1, 8192)]
    while len(runs) > 1:
        longer = []
        for i in range(1, len(runs), 2):
            merged, taken = [], [0, 0]
            while _merge_some(keys, runs[i - 1], runs[i], merged, taken, reverse):
                pass
            longer.append(merged)
        if len(runs) % 2 == 1:
            longer.append(runs[-1])
        runs = longer
    return _pick(values, runs[0])

def min(values, key):
    return _min_by(values, [key(value) for value in values])

def max(values, key):
    return _max_by(values, [key(value) for value in values])
`;
