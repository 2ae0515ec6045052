/**
 * The part of the API that is written in Starlark, so that the functions a script passes may wait. The verbs of the same names
 * call these; names that begin with `_` are builtins of `select.ts` and `attempt.ts`.
 */
export const apiPreludePath = "@builtin/api.star";

export const apiPreludeSource = `
def select(cases, results, pairs, has_default, default, timeout, timeout_value):
    index, value = _select(cases, has_default, timeout)
    if index == -1:
        return default() if _is_callable(default) else default
    if index == -2:
        return timeout_value() if _is_callable(timeout_value) else timeout_value
    if pairs:
        return (results[index], value)
    return results[index](value) if _is_callable(results[index]) else results[index]

def attempt(function, args, kwargs):
    _catch_errors()
    return _attempted(function(*args, **kwargs))
`;
