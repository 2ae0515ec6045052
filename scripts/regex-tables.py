"""Writes src/languages/jq/regex/property-tables.ts and fold-tables.ts: the character properties and the case folding that
Oniguruma 6.9.8 has (Unicode 14.0), read out of the library itself (Debian 12: libonig5, perl for the names and the grapheme
breaks). Neither is a dependency:

    python3 scripts/regex-tables.py
"""

import ctypes
import os
import subprocess

ROOM = os.path.join(os.path.dirname(__file__), "../src/languages/jq/regex")
CATEGORIES = "cc cf cn co cs ll lm lo lt lu mc me mn nd nl no pc pd pe pf pi po ps sc sk sm so zl zp zs".split()
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LAST = 0x10FFFF

NAMES = r"""
use Unicode::UCD qw(prop_values prop_value_aliases prop_aliases);
for my $p (qw(sc gc)) { for my $v (prop_values($p)) { print "$p $_\n" for prop_value_aliases($p, $v) } }
print "blk In_$_\n" for map { prop_value_aliases("blk", $_) } prop_values("blk");
print "blk In_No_Block\n";
for my $p (qw(AHex Alpha Any Assigned Bidi_C CI Cased CWCF CWCM CWL CWT CWU Dash DI Dep Dia Ext Gr_Base Gr_Ext Gr_Link Hex
  Hyphen IDSB IDST IDC IDS Ideo Join_C LOE Lower Math NChar OAlpha ODI OGr_Ext OIDC OIDS OLower OMath OUpper Pat_Syn Pat_WS
  PCM QMark Radical RI SD STerm Term UIdeo Upper VS WSpace XIDC XIDS Emoji EPres EMod EBase EComp ExtPict)) {
  print "bin $_\n" for ($p, prop_aliases($p));
}
print "bin $_\n" for qw(Any Assigned Other_Alphabetic Other_Default_Ignorable_Code_Point Other_Grapheme_Extend
  Other_ID_Continue Other_ID_Start Other_Lowercase Other_Math Other_Uppercase Alnum Alpha Blank Cntrl Digit Graph Lower
  Print Punct Space Upper XDigit Word ASCII NEWLINE);
"""

BREAKS = r"""
for my $c (0 .. 0x10ffff) {
  next if $c >= 0xd800 && $c <= 0xdfff;
  my $s = chr $c;
  my $k = $s =~ /\p{GCB=CR}/ ? 1 : $s =~ /\p{GCB=LF}/ ? 2 : $s =~ /\p{GCB=CN}/ ? 3 : $s =~ /\p{GCB=EX}/ ? 4
    : $s =~ /\p{GCB=PP}/ ? 5 : $s =~ /\p{GCB=SM}/ ? 6 : $s =~ /\p{GCB=L}/ ? 7 : $s =~ /\p{GCB=V}/ ? 8
    : $s =~ /\p{GCB=T}/ ? 9 : $s =~ /\p{GCB=LV}/ ? 10 : $s =~ /\p{GCB=LVT}/ ? 11 : $s =~ /\p{GCB=RI}/ ? 12
    : $s =~ /\p{GCB=ZWJ}/ ? 13 : 0;
  print "$c $k\n" if $k && $k != 10 && $k != 11;
}
"""


def perl(program):
    return subprocess.run(["perl", "-e", program], capture_output=True, check=True, text=True).stdout.splitlines()


def base36(number):
    text = ""
    while True:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
        if number == 0:
            return text


library = ctypes.CDLL("libonig.so.5")
encoding = ctypes.c_char.in_dll(library, "OnigEncodingUTF8")
Codes = ctypes.POINTER(ctypes.c_uint)
library.onig_initialize((ctypes.c_void_p * 1)(ctypes.addressof(encoding)), 1)
library.onigenc_unicode_ctype_code_range.argtypes = [ctypes.c_uint, ctypes.POINTER(Codes)]


def ranges_of(property_number):
    pointer = Codes()
    library.onigenc_unicode_ctype_code_range(property_number, ctypes.byref(pointer))
    return [(pointer[1 + 2 * i], pointer[2 + 2 * i]) for i in range(pointer[0])]


def number_of(name):
    buffer = ctypes.create_string_buffer(name.encode())
    start = ctypes.addressof(buffer)
    arguments = [ctypes.c_void_p(a) for a in (ctypes.addressof(encoding), start, start + len(name))]
    return library.onigenc_unicode_property_name_to_ctype(*arguments)


def members(ranges):
    return {code for first, last in ranges for code in range(first, min(last, LAST) + 1)}


def to_ranges(codes):
    ranges = []
    for code in sorted(codes):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ranges


def run_text(runs):
    """ "gap.count.value" in base 36, defaults left out: gap from the end of the run before, count 1, value 0."""
    parts, end = [], 0
    for first, last, value in runs:
        part = [base36(first - end), base36(last - first + 1) if last > first else "", base36(value) if value else ""]
        parts.append(".".join(part).rstrip("."))
        end = last + 1
    return " ".join(parts)


def partition(properties):
    """One text for properties that do not overlap: the value of a run is the index of its property."""
    runs = [(first, min(last, LAST), i) for i, p in enumerate(properties) for first, last in sets[p]]
    return run_text(sorted(runs))


names, sets, kinds = {}, {}, {}
for line in perl(NAMES):
    kind, name = line.split(" ", 1)
    number = number_of(name)
    if number < 0:
        continue
    names.setdefault(number, set()).add(name.replace("_", "").replace(" ", "").replace("-", "").lower())
    kinds.setdefault(number, kind)
for number in names:
    sets[number] = ranges_of(number)

category_number = {c: number_of(c) for c in CATEGORIES}
category_members = {c: members(sets[n]) for c, n in category_number.items()}
scripts = sorted(n for n in names if kinds[n] == "sc")
blocks = sorted((n for n in names if kinds[n] == "blk" and "innoblock" not in names[n]), key=lambda n: sets[n][0])
rest = sorted(n for n in names if n not in scripts and n not in blocks and n not in category_number.values())


def label(number):
    return "|".join(sorted(names[number]))


def derived(number):
    """Indexes of the categories that come nearest, and where the property differs from their union."""
    own = members(sets[number])
    near = [i for i, c in enumerate(CATEGORIES) if len(category_members[c] & own) * 2 > len(category_members[c])]
    union = set().union(*(category_members[CATEGORIES[i]] for i in near)) if near else set()
    difference = [(first, last, 0) for first, last in to_ranges(own ^ union)]
    return f"{label(number)}:{' '.join(base36(i) for i in near)}:{run_text(difference)}"


breaks = {}
for line in perl(BREAKS):
    code, kind = line.split()
    breaks.setdefault(int(kind), set()).add(int(code))
break_runs = sorted((first, last, k) for k, codes in breaks.items() for first, last in to_ranges(codes))


def constant(name, text, comment=""):
    return (f"/** {comment} */\n" if comment else "") + f'export const {name} =\n  "{text}";\n'


with open(os.path.join(ROOM, "property-tables.ts"), "w") as file:
    file.write(
        "/**\n * Unicode 14.0 as Oniguruma 6.9.8 knows it, written by scripts/regex-tables.py. Runs are \"gap.count.value\" in base 36: `gap` is the\n"
        " * distance from the end of the run before, `count` is 1 and `value` 0 when left out. `properties.ts` reads them.\n */\n"
    )
    order = [category_number[c] for c in CATEGORIES]
    file.write(constant("categoryNames", " ".join(label(n) for n in order), "Names that mean the same are joined by a bar."))
    file.write("\n" + constant("categoryRuns", partition(order)))
    file.write("\n" + constant("scriptNames", " ".join(label(n) for n in scripts)))
    file.write("\n" + constant("scriptRuns", partition(scripts)))
    file.write("\n" + constant("blockNames", " ".join(label(n) for n in blocks)))
    file.write("\n" + constant("blockRuns", partition(blocks)))
    file.write(
        "\n/** Each is \"names:categories:runs\": a union of categories, and the runs where it differs from that. */\n"
        "export const derivedProperties: readonly string[] = [\n"
        + "".join(f'  "{derived(n)}",\n' for n in rest)
        + "];\n"
    )
    comment = "Grapheme_Cluster_Break by the numbers of `grapheme.ts`, without the Hangul syllables."
    file.write("\n" + constant("breakRuns", run_text(break_runs), comment))

folds = []
Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint, Codes, ctypes.c_int, ctypes.c_void_p)


def collect(code, to, count, _):
    folds.append((code, [to[i] for i in range(count)]))
    return 0


library.onigenc_unicode_apply_all_case_fold.argtypes = [ctypes.c_uint, Callback, ctypes.c_void_p]
library.onigenc_unicode_apply_all_case_fold(0x40000000, Callback(collect), None)
classes = {}
for code, to in folds:
    if len(to) == 1:
        classes.setdefault(code, {code}).add(to[0])
groups = sorted({tuple(sorted(group)) for group in classes.values()})
pairs = {(a, b) for group in groups if len(group) == 2 for a, b in [group]}


def pair_runs():
    """Pairs at the same distance, one code point or two apart from each other, as (first, count, stride, distance)."""
    left, runs = set(pairs), []
    while left:
        first, other = min(left)
        distance = other - first
        best = [first]
        for stride in (1, 2):
            chain = [first]
            while (chain[-1] + stride, chain[-1] + stride + distance) in left:
                chain.append(chain[-1] + stride)
            if len(chain) > len(best):
                best, best_stride = chain, stride
        if len(best) == 1:
            best_stride = 1
        left -= {(c, c + distance) for c in best}
        runs.append((first, len(best), best_stride, distance))
    return runs


with open(os.path.join(ROOM, "fold-tables.ts"), "w") as file:
    file.write("/** Case folding of Unicode 14.0 as Oniguruma 6.9.8 knows it, written by scripts/regex-tables.py. `case-fold.ts` reads it. */\n")
    text, end = [], 0
    for first, count, stride, distance in pair_runs():
        text.append(".".join(base36(n) for n in (first - end, count, stride, distance)))
        end = first
    file.write(
        constant("pairRuns", " ".join(text), 'Two characters that are one: "gap.count.stride.distance" in base 36, the gap from the first of the run before.')
    )
    more = " ".join(".".join(base36(c) for c in group) for group in groups if len(group) > 2)
    file.write("\n" + constant("largerClasses", more, "Three or more characters that are one, code points in base 36."))
    full = {}
    for code, to in folds:
        if len(to) > 1:
            full.setdefault(tuple(to), []).append(code)
    sequences = " ".join(
        ".".join(base36(c) for c in to) + ":" + ".".join(base36(c) for c in sorted(codes)) for to, codes in sorted(full.items())
    )
    file.write("\n" + constant("sequences", sequences, 'Characters that are as a sequence of folded ones: "sequence:characters".'))
