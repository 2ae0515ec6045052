/** Classic programs, each a function `work()` that only computes and answers something to compare. */
export const programs: Readonly<Record<string, string>> = {
  fib: `
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def work():
    return fib(25)
`,
  for_loop: `
def work():
    total = 0
    for i in range(1000000):
        total = (total + i * 3) % 1000003
    return total
`,
  while_loop: `
def work():
    i, odd, total = 0, 0, 0
    while i < 1000000:
        if i % 2 == 1:
            odd += 1
        total += i
        i += 1
    return odd, total
`,
  int_keys: `
def work():
    squares = {}
    for i in range(300000):
        squares[i] = i * i
    total = 0
    for i in range(300000):
        total += squares[i] % 10
    return total
`,
  other_keys: `
def work():
    counts, cells = {}, {}
    for i in range(150000):
        word = "w" + str(i % 5000)
        counts[word] = counts.get(word, 0) + 1
        cells[(i % 300, i % 7)] = i
    return len(counts), len(cells), counts["w42"], cells[(42, 0)]
`,
  comprehensions: `
def work():
    numbers = [i * 2 for i in range(200000)]
    thirds = [n for n in numbers if n % 3 == 0]
    table = {n: n // 3 for n in thirds}
    return len(numbers), len(thirds), len(table), table[6]
`,
  calls: `
def add(a, b = 2, c = 3):
    return a + b + c

def count(*args, **kwargs):
    return len(args) + len(kwargs)

def work():
    total = 0
    for i in range(100000):
        total += add(i)
        total += add(i, c = 4)
        total += count(i, i, key = i)
        pair = (i, 1)
        total += add(*pair)
    return total
`,
  strings: `
def work():
    total = 0
    lines = []
    for i in range(50000):
        line = "item %d: %s" % (i, "even" if i % 2 == 0 else "odd")
        if line.startswith("item 1") and line.endswith("odd"):
            lines.append(line.upper())
        name, _, rest = line.partition(":")
        total += len(name.split(" ")) + rest.find("v")
        total += len("{}-{}".format(name, i).replace("item", "thing"))
    return total, len(lines), len(",".join(lines))
`,
  sort: `
def work():
    seed = 42
    people = []
    for i in range(50000):
        seed = (seed * 1103515245 + 12345) % 2147483648
        people.append({"name": "p%d" % (seed % 10000), "age": seed % 97})
    by_age = sorted(people, key = lambda person: person["age"])
    by_name = sorted(people, key = lambda person: (person["name"], person["age"]), reverse = True)
    return by_age[0]["age"], by_age[-1]["age"], by_name[0]["name"], by_name[-1]["name"]
`,
  big_ints: `
def work():
    a, b = 0, 1
    for _ in range(3000):
        a, b = b, a + b
    factorial = 1
    for i in range(1, 500):
        factorial *= i
    power, base, exponent = 1, 3, 1 << 127
    modulus = (1 << 128) - 159
    for _ in range(2000):
        base = base * base % modulus
        if exponent & 1:
            power = power * base % modulus
        exponent = (exponent >> 1) | (base & 1) << 127
    return a % 1000000007, factorial % 1000000007, power
`,
  handler: `
def labels_of(issue):
    return [label["title"].lower() for label in issue["labels"]]

def priority_of(labels):
    for label in labels:
        if label.startswith("priority::"):
            return int(label[len("priority::"):])
    return 4

def route(issue, teams):
    labels = labels_of(issue)
    priority = priority_of(labels)
    team = "triage"
    for name in sorted(teams):
        if any([area in labels for area in teams[name]]):
            team = name
            break
    hours = {1: 4, 2: 24, 3: 72}.get(priority, 168)
    return {
        "iid": issue["iid"],
        "title": "[%s] %s" % (team, issue["title"].strip()),
        "assignee": "{}-{}".format(team, issue["iid"] % 3),
        "due": issue["created"] + hours * 3600,
        "labels": labels + ["routed"] if "routed" not in labels else labels,
    }

def work():
    teams = {"web": ["area::ui", "area::css"], "core": ["area::vm", "area::db"], "docs": ["area::docs"]}
    areas = ["ui", "css", "vm", "db", "docs", "other"]
    checksum = 0
    for i in range(20000):
        issue = {
            "iid": i,
            "title": "  Issue number %d " % i,
            "created": 1700000000 + i,
            "labels": [{"title": "Area::" + areas[i % 6]}, {"title": "priority::%d" % (i % 4 + 1)}],
        }
        routed = route(issue, teams)
        checksum += len(routed["title"]) + len(routed["assignee"]) + len(routed["labels"]) + routed["due"] % 97
    return checksum
`,
};
