/**
 * The part of the API that is written in Starlark, so that the functions a script passes may wait. The verbs of the same names
 * call these. Names that begin with `_` are builtins of `select.ts`, `attempt.ts`, `defer.ts` and `fibers.ts`, but for the functions in which
 * fibers begin and end; tracebacks leave those out.
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

def _cleanup(calls):
    for function, args, kwargs in calls:
        outcome = attempt(function, args, kwargs)
        if not outcome.ok:
            _cleanup_failed(function, outcome.error.message)

def race(cases, names, timeout, timeout_value):
    index, value = _race(cases, timeout)
    return timeout_value if index == -2 else (names[index], value)

def gitlab_list(path, query, limit, options):
    items = []
    while query != None:
        page = _gitlab_page(path, query, options)
        if type(page.body) != "list":
            fail("gitlab.list: %s is no list; read it with gitlab.get" % path)
        items.extend(page.body)
        query = page.next if limit == None or len(items) < limit else None
    return items if limit == None else items[:limit]

def _fiber(function, args, kwargs):
    return function(*args, **kwargs)

def _finish(value):
    _join()
    return value
`;
