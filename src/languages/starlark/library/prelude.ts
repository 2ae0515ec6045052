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
    least, least_key, first = None, None, True
    for value in values:
        value_key = key(value)
        if first or _is_less(value_key, least_key):
            least, least_key, first = value, value_key, False
    return least

def max(values, key):
    greatest, greatest_key, first = None, None, True
    for value in values:
        value_key = key(value)
        if first or _is_greater(value_key, greatest_key):
            greatest, greatest_key, first = value, value_key, False
    return greatest
`;
