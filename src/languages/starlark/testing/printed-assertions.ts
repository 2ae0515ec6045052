/** The checks of suites for runs; what fails is printed, so that two runs can be compared and neither stops. */
export const printedAssertions = `
def _eq(x, y):
    if x != y:
        print("not equal:", x, y)

def _ne(x, y):
    if x == y:
        print("equal:", x, y)

def _true(x, message = "not true"):
    if not x:
        print("not true:", message)

def _contains(x, y):
    if y not in x:
        print("lacks:", x, y)

def _fails(f, pattern):
    print("fails:", w.attempt(f).error.message)

assert = struct(eq = _eq, ne = _ne, true = _true, contains = _contains, fails = _fails)
`;
