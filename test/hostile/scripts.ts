/** Scripts that try to take more than their share, each by a handler of its own. */

export interface HostileScript {
  /** The handler's body; `w` and `ev` are there. */
  body: string;
  /** Functions in the handler that it uses. */
  functions?: string;
  /** The code with which the run must end. */
  code: RegExp;
  /** What its traceback must show, besides a place in the handler; "none" where it fails between two turns, "fiber" in one. */
  traceback?: RegExp | "none" | "fiber";
}

/** Two names for one thing, again and again: small in memory, and 2 to the 60 in every walk through it. */
const doubled = `
def doubled(make):
    value = 0
    for i in range(60):
        value = make(value)
    return value
`;

const limits = /^LIMIT_/;
const fault = /^(LIMIT_|RUN_FAILED)/;

export const hostileScripts: Record<string, HostileScript> = {
  "an endless loop": { body: "while True: pass", code: /^LIMIT_STEPS$/ },
  "an endless loop deep in calls": {
    functions: "def spin(n):\n    if n == 0:\n        while True:\n            n += 1\n    spin(n - 1)",
    body: "spin(20)",
    code: /^LIMIT_STEPS$/,
    traceback: /in spin\n[^]*in spin/,
  },
  "loops in loops in a comprehension": {
    body: "x = [0 for a in range(1000) for b in range(1000) for c in range(1000) if False]",
    code: /^LIMIT_STEPS$/,
  },
  "a list that grows": {
    body: "xs = []\nfor i in range(1 << 40): xs.append(str(i) * 100)",
    code: /^LIMIT_MEMORY$/,
  },
  "a list of equal texts that grows": {
    body: "xs = []\nwhile True: xs.append('x' * 1000)",
    code: limits,
  },
  "a dict that grows": {
    body: "d = {}\nfor i in range(1 << 40): d[i] = [i]",
    code: /^LIMIT_(MEMORY|STEPS)$/,
  },
  "a list that is doubled": { body: "xs = [0]\nwhile True: xs = xs + xs", code: /^LIMIT_MEMORY$/ },
  "a list that extends itself": { body: "xs = [0]\nwhile True: xs.extend(xs)", code: /^LIMIT_MEMORY$/ },
  "a list of a thousand million": { body: "xs = [0] * (1 << 30)", code: fault },
  "a list of a range": { body: "xs = list(range(1 << 40))", code: limits },
  "deep recursion": {
    functions: "def down(n):\n    return down(n + 1) + 1",
    body: "down(0)",
    code: /^LIMIT_DEPTH$/,
    traceback: /in down\n[^]*in down/,
  },
  "recursion through a key": {
    functions: "def by(x):\n    return sorted([3, 2, 1], key = by)",
    body: "by(1)",
    code: /^LIMIT_(DEPTH|STEPS)$/,
  },
  "integers that grow": { body: "n = 3\nwhile True: n = n * n", code: fault },
  "a shift too far": { body: "n = 1 << (1 << 40)", code: fault },
  "a shift that almost fits": { body: "n = 1\nwhile True: n = n << 1000000", code: fault },
  "digits without end": {
    body: "n = 7\nfor i in range(18): n = n * n\nwhile True: x = str(n)",
    code: fault,
  },
  "reading digits without end": { body: "s = '7' * 4000000\nwhile True: x = int(s)", code: fault },
  "division of large by large": {
    body: "n = 7\nfor i in range(18): n = n * n\nwhile True: x = n // (n >> 5) % (n >> 7)",
    code: fault,
  },
  "a string that is doubled": { body: "s = 'x'\nwhile True: s = s + s", code: /^LIMIT_MEMORY$/ },
  "a string of a thousand million": { body: "s = 'x' * (1 << 30)", code: fault },
  "replacing everything by more": {
    body: "s = 'x' * 4000\nwhile True: s = s.replace('x', 'x' * 4000)",
    code: /^LIMIT_MEMORY$/,
  },
  "joining more than fits": { body: "s = ('x' * 10000).join(['y'] * 100000)", code: fault },
  "formatting more than fits": { body: "s = 'x' * 1000000\nt = ('{0}' * 1000).format(s)", code: fault },
  "percent-formatting more than fits": { body: "s = 'x' * 1000000\nt = ('%s' * 30) % ((s,) * 30)", code: fault },
  "searching for the worst case": {
    body: "s = 'a' * 2000000\nwhile True: x = s.count('a' * 1000 + 'b')",
    code: fault,
  },
  "splitting into more than fits": { body: "xs = [('x,' * 1000000).split(',') for i in range(100)]", code: limits },
  "printing without end": { body: "while True: print('x' * 1000)", code: /^LIMIT_OUTPUT$/ },
  "effects without end": { body: "while True: w.emit(type = 'nobody', data = None)", code: /^LIMIT_/ },
  "timers without end": { body: "while True: w.timer(days = 1)", code: /^LIMIT_/ },
  "a state that is too large": {
    body: "xs = [str(i) * 10 for i in range(40000)]\nw.sleep(days = 1)",
    code: /^LIMIT_STATE$/,
    traceback: "none",
  },
  "printing what is doubled": { functions: doubled, body: "print(doubled(lambda v: [v, v]))", code: fault },
  "JSON of what is doubled": { functions: doubled, body: "json.encode(doubled(lambda v: [v, v]))", code: fault },
  "comparing what is doubled": {
    functions: doubled,
    body: "x = doubled(lambda v: [v, v]) == doubled(lambda v: [v, v])",
    code: fault,
  },
  "ordering what is doubled": {
    functions: doubled,
    body: "x = doubled(lambda v: (v, v)) < doubled(lambda v: (v, v))",
    code: fault,
  },
  "hashing what is doubled": { functions: doubled, body: "d = {doubled(lambda v: (v, v)): 1}", code: fault },
  "sending what is doubled": {
    functions: doubled,
    body: "w.run('echo', {'v': doubled(lambda v: {'a': v, 'b': v})})",
    code: fault,
  },
  "a list in itself": {
    body: "xs = []\nxs.append(xs)\nys = []\nys.append(ys)\nprint(xs)\nx = json.encode(xs)",
    code: fault,
  },
  "an error in key=": {
    functions: "def key(x):\n    return x['name']",
    body: "sorted([{'name': 1}, {}], key = key)",
    code: /^RUN_FAILED$/,
    traceback: /in sorted\n[^]*in key\n[^]*key "name" not in dict/,
  },
  "an error in the key= of max": {
    functions: "def key(x):\n    return 1 // x",
    body: "max([1, 0], key = key)",
    code: /^RUN_FAILED$/,
    traceback: /in max\n[^]*in key\n[^]*division by zero/,
  },
  "an endless loop in key=": {
    functions: "def key(x):\n    while True:\n        x += 1",
    body: "min([1, 2], key = key)",
    code: /^LIMIT_STEPS$/,
    traceback: /in min\n[^]*in key/,
  },
  "an endless loop that attempt cannot catch": {
    functions: "def spin():\n    while True:\n        pass",
    body: "while True: w.attempt(spin)",
    code: /^LIMIT_STEPS$/,
    traceback: /in spin/,
  },
  "a bomb of fibers": {
    functions: "def bomb():\n    w.go(bomb)\n    w.go(bomb)",
    body: "w.go(bomb)\nw.sleep(1)",
    code: /^LIMIT_FIBERS$/,
    traceback: "fiber",
  },
  "fibers that start one another for ever": {
    functions: "def next():\n    w.go(next)",
    body: "next()",
    code: /^LIMIT_FIBERS$/,
    traceback: "fiber",
  },
  "a million functions side by side": { body: "w.parallel([len] * 1000000)", code: /^LIMIT_(FIBERS|MEMORY)$/ },
  "a million functions one after the other": {
    body: "w.parallel([list] * 1000000, max = 10)",
    code: /^LIMIT_(STEPS|MEMORY)$/,
  },
  "a million failures that are collected": {
    body: "w.parallel([len] * 1000000, max = 10, on_error = 'collect')",
    code: /^LIMIT_(STEPS|MEMORY)$/,
  },
  "hundreds of fibers that all wait for hundreds": {
    functions: "def wait(futures):\n    return w.all(futures, return_errors = True)",
    body: "fs = [w.go(w.sleep, 1) for _ in range(299)]\nw.all([w.go(wait, fs) for _ in range(299)])\nwhile True: pass",
    code: /^LIMIT_/,
  },
  "fibers started and cancelled for ever": {
    body: "ts = [w.timer(1000) for _ in range(900)]\nwhile True:\n    w.go(list).cancel()",
    code: /^LIMIT_STEPS$/,
  },
  "fibers that wait for one another": {
    body: "box = []\nbox.append(w.go(lambda: box[1].get()))\nbox.append(w.go(lambda: box[0].get()))\nbox[0].get()",
    code: /^RUN_DEADLOCK$/,
  },
  "a fiber that will not be cancelled": {
    functions: "def stubborn():\n    while True:\n        w.attempt(w.sleep, 1000)",
    body: "w.race([w.go(stubborn), w.timer(0)])\nfail('went on')",
    code: /^RUN_FAILED$/,
  },
  "changing what is looped over": {
    body: "xs = [1]\nfor x in xs: xs.append(x)",
    code: /^RUN_FAILED$/,
  },
};

/** main.star with a handler for each, for events of the types "hostile.0", "hostile.1", … */
export function hostileMain(): string {
  const parts = Object.values(hostileScripts).map(({ body, functions = "" }, n) => {
    const lines = [...functions.trim().split("\n"), ...body.split("\n")].map((line) => `    ${line}`);
    return `def hostile_${n}(w, ev):\n${lines.join("\n")}\n\non_event(type = "hostile.${n}", handler = hostile_${n})\n`;
  });
  return parts.join("\n");
}
