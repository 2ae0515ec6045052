/**
 * The part of the API that is written in Starlark, so that the functions a script passes may wait. The verbs of the same names
 * call these. Names that begin with `_` are builtins of `select.ts`, `attempt.ts`, `defer.ts`, `ask-steps.ts` and `fibers.ts`, but for the functions in which
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

def ask(task, label, plan, reminders, on_timeout):
    due, escalate_at, people, every = plan
    question = _ask(task, label)
    comment, change = _ask_event(task, "comment", True), _ask_event(task, "change", True)
    ask_aloud(task, comment, "asked")
    timer, moment = None, None
    while True:
        if timer == None:
            timer, moment = _ask_timer(due, reminders, escalate_at)
        waited = [("answer", question), ("comment", comment), ("change", change), (moment, timer)]
        waited = [case for case in waited if case[1] != None]
        index, value = _select([future for _, future in waited], False, None)
        happened = waited[index][0]
        if happened == "answer":
            _ask_close([comment, change, timer])
            return _ask_answered(value)
        elif happened == "comment":
            comment = _ask_event(task, "comment", False)
            hear_answer(question, task, _ask_answer_in(task, "comment", value))
        elif happened == "change":
            change = _ask_event(task, "change", False)
            hear_answer(question, task, _ask_answer_in(task, "change", value))
        elif happened == "due":
            break
        else:
            timer = None
            if happened == "remind":
                reminders.pop(0)
                if every != None:
                    reminders.append(_ask_later(every))
                _ask_amend(question, task, "reminded", None, False)
            else:
                escalate_at = None
                task = _ask_amend(question, task, "escalated", people, False)
            ask_aloud(task, comment, happened)
    _ask_amend(question, task, None, None, True)
    _ask_close([question, comment, change])
    ask_aloud(task, comment, "over")
    return on_timeout() if _is_callable(on_timeout) else _ask_timed_out(task, on_timeout)

def ask_aloud(task, comment, occasion):
    if comment != None:
        outcome = attempt(_ask_comment, (task, occasion), {})
        if not outcome.ok:
            _ask_unsaid(outcome.error.message)

def hear_answer(question, task, answer):
    if answer != None:
        groups = _ask_groups(task, answer.by)
        member_of = [group for group in groups if attempt(_ask_member, (group, answer.user_id), {}).ok]
        _ask_reply(question, answer, member_of)

def _fiber(function, args, kwargs):
    return function(*args, **kwargs)

def _finish(value):
    _join()
    return value
`;
