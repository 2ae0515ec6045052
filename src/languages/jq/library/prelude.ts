/** The builtins written in jq itself. Names that begin with an underscore are for the builtins only. */
import type { Level } from "./contract.ts";

/** The definitions of a level, in the order in which they need each other. */
export function preludeText(level: Level): string {
  return level === "1.6" ? basics + since16 + matching + regex16 : basics + since17 + matching + regex17 + additions17;
}

const basics = String.raw`
def map(f): [.[] | f];
def select(f): if f then . else empty end;
def recurse(f): def walk_down: ., (f | walk_down); walk_down;
def recurse(f; condition): def walk_down: ., (f | select(condition) | walk_down); walk_down;
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: arrays, objects;
def scalars: select(type as $type | $type != "array" and $type != "object");
def isfinite: type == "number" and (isinfinite | not);
def finites: select(isfinite);
def normals: select(isnormal);
def map_values(f): .[] |= f;
def sort_by(f): _sort_by_impl(map([f]));
def group_by(f): _group_by_impl(map([f]));
def unique_by(f): [group_by(f)[] | .[0]];
def unique: unique_by(.);
def min_by(f): _min_by_impl(map([f]));
def max_by(f): _max_by_impl(map([f]));
def with_entries(f): to_entries | map(f) | from_entries;
def del(paths): delpaths([path(paths)]);
def paths: path(..) | select(length > 0);
def paths(node): . as $root | paths | select(. as $path | $root | getpath($path) | node);
def leaf_paths: paths(scalars);
def first: .[0];
def last: .[-1];
def nth($n): .[$n];
def first(f): label $done | f | ., break $done;
def last(f): reduce f as $value (null; $value);
def until(done; next): def step: if done then . else next | step end; step;
def while(condition; next): def step: if condition then ., (next | step) else empty end; step;
def in(container): . as $key | container | has($key);
def inside(whole): . as $part | whole | contains($part);
def inputs: def more: input, more; try more catch if . == "break" then empty else error end;
def range($from; $to; $by):
  def up: if . < $to then ., (. + $by | up) else empty end;
  def down: if . > $to then ., (. + $by | down) else empty end;
  $from | if $by > 0 then up elif $by < 0 then down else empty end;
def combinations: if length == 0 then [] else .[0][] as $head | (.[1:] | combinations) as $tail | [$head] + $tail end;
def combinations(n): . as $set | [range(n) | $set] | combinations;
def tostream: _tostream[];
def truncate_stream(stream):
  . as $depth | null | stream | . as $event
  | if (.[0] | length) > $depth then setpath([0]; $event[0][$depth:]) else empty end;
def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
def todate: todateiso8601;
def fromdate: fromdateiso8601;
def date: todate;
def dateadd(unit; n): . + n;
def datesub(unit; n): . - n;
def ascii: [.] | implode;
def isvalid(f): try (f | true) catch false;
def recurse_down: recurse;
def INDEX(rows; key):
  reduce rows as $row ({}; .[$row | key | if type == "string" then . else tojson end] |= $row);
def INDEX(key): INDEX(.[]; key);
def JOIN($index; key): [.[] | [., $index[key]]];
def JOIN($index; rows; key): rows | [., $index[key]];
def JOIN($index; rows; key; joined): rows | [., $index[key]] | joined;
`;

const since16 = String.raw`
def any(values; condition):
  [label $done | foreach values as $value (false; if . then break $done else ($value | condition) and true end; select(.))]
  | length == 1;
def all(values; condition):
  [label $done | foreach values as $value (true; if . then ($value | condition) and true else break $done end; select(. | not))]
  | length == 0;
def any(condition): any(.[]; condition);
def all(condition): all(.[]; condition);
def isempty(f): 0 == ((label $done | f | (1, break $done)) // 0);
def limit($n; f):
  if $n < 0 then f
  else label $done | foreach f as $value ($n; . - 1; $value, if . <= 0 then break $done else empty end)
  end;
def nth($n; f): if $n < 0 then error("nth doesn't support negative indices") else last(limit($n + 1; f)) end;
def repeat(f): def again: f, again; again;
def scalars_or_empty: select((type as $type | $type != "array" and $type != "object") or length == 0);
def walk(f):
  . as $whole
  | if type == "object" then reduce keys_unsorted[] as $key ({}; . + {($key): ($whole[$key] | walk(f))}) | f
    elif type == "array" then map(walk(f)) | f
    else f end;
def fromstream(events):
  foreach events as $event (
    [null, false, null, false];
    if ($event[0] | length) == 0 then [null, false, .[2], .[3]]
    elif ($event | length) == 1 and ($event[0] | length) < 2 then [null, false, .[0], .[1]]
    else . end
    | . as $state
    | if ($event | length) > 1 and ($event[0] | length) > 0
      then [.[0] | setpath($event[0]; $event[1])] + [true, $state[2], $state[3]]
      else . end;
    (if ($event[0] | length) == 1 and ($event | length == 1) and .[3] then .[2] else empty end),
    (if ($event[0] | length) == 0 then $event[1] else empty end));
def IN(values): reduce (first(select(. == values)) | true) as $found (false; if . or $found then true else false end);
def IN(source; values): reduce (source | IN(values)) as $found (false; if . or $found then true else false end);
def get_jq_origin: ".";
def get_prog_origin: ".";
`;

const since17 = String.raw`
def isempty(f): label $done | (f | false, break $done), true;
def any(values; condition): isempty(first(values | condition or empty)) | not;
def all(values; condition): isempty(first(values | condition and empty));
def any(condition): any(.[]; condition);
def all(condition): all(.[]; condition);
def limit($n; f):
  if $n > 0 then label $done | foreach f as $value (0; . + 1; $value, if . >= $n then break $done else empty end)
  elif $n == 0 then empty
  else f end;
def nth($n; f): if $n < 0 then error("Out of bounds negative array index") else last(limit($n + 1; f)) end;
def repeat(f): def again: ., (f | again); again;
def walk(f): def down: if type == "object" then map_values(down) elif type == "array" then map(down) else . end | f; down;
def fromstream(events):
  {value: null, complete: false} as $start
  | foreach events as $event ($start;
      if .complete then $start else . end
      | if ($event | length) == 2
        then setpath(["complete"]; ($event[0] | length) == 0) | setpath(["value"] + $event[0]; $event[1])
        else setpath(["complete"]; ($event[0] | length) == 1) end;
      if .complete then .value else empty end);
def IN(values): any(values == .; .);
def IN(source; values): any(source == values; .);
`;

/** Regular expressions: patterns are strings, or arrays of a string and flags. */
const matching = String.raw`
def match(pattern; flags): _match_impl(pattern; flags; false)[];
def test(pattern; flags): _match_impl(pattern; flags; true);
def _named: reduce (.captures[] | select(.name != null) | {(.name): .string}) as $pair ({}; . + $pair);
def capture(pattern; flags): match(pattern; flags) | _named;
def _with_flags(with; without):
  type as $type
  | if $type == "string" then without
    elif $type == "array" and length > 1 then with
    elif $type == "array" and length > 0 then .[0] | without
    else error($type + " not a string or array") end;
def match($pattern):
  . as $text | $pattern
  | _with_flags(. as [$re, $flags] | $text | match($re; $flags); . as $re | $text | match($re; null));
def test($pattern):
  . as $text | $pattern
  | _with_flags(. as [$re, $flags] | $text | test($re; $flags); . as $re | $text | test($re; null));
def capture($pattern):
  . as $text | $pattern
  | _with_flags(. as [$re, $flags] | $text | capture($re; $flags); . as $re | $text | capture($re; null));
def _substitute($matches; replacement):
  . as $text
  | reduce $matches[] as $match ({texts: [], end: 0};
      $text[.end:$match.offset] as $gap
      | [$match | _named | replacement] as $pieces
      | reduce range($pieces | length) as $i (.; .texts[$i] += $gap + $pieces[$i])
      | .end = $match.offset + $match.length)
  | .texts[] + $text[.end:] // $text;
def _nwise(array; $n): if (array | length) <= $n then array else array[0:$n], _nwise(array[$n:]; $n) end;
def _nwise($n): _nwise(.; $n);
`;

/**
 * Regular expressions of jq 1.6: substitution goes on in the rest of the text, which then is a text of its own. Where that would never
 * end, for there is an empty match that stays, it is done as in jq 1.7.
 */
const regex16 = String.raw`
def scan(pattern): match(pattern; "g") | if (.captures | length) > 0 then [.captures[].string] else .string end;
def splits($pattern; flags):
  . as $text
  | [match($pattern; "g" + flags) | .offset, .offset + .length]
  | [0] + . + [$text | length]
  | _nwise(2)
  | $text[.[0]:.[1]];
def splits($pattern): splits($pattern; null);
def split($pattern; flags): [splits($pattern; flags)];
def sub($pattern; replacement; flags):
  def fill($pieces; $i):
    $pieces[$i] as [$before, $groups]
    | if $groups == null then $before else $before + ($groups | replacement) + fill($pieces; $i + 1) end;
  (flags | index("g")) as $found
  | (flags | if $found then [explode[] | select(. != 103)] | implode else . end) as $once
  | ($found != null) as $everywhere
  | _pieces($pattern; $once; $everywhere) as $pieces
  | if $pieces != null then fill($pieces; 0) else _substitute(_all_matches($pattern; $once + "g"); replacement) end;
def sub($pattern; replacement):
  . as $text
  | [match($pattern)]
  | if length == 0 then $text
    else .[0] as $match
      | ($match | _named)
      | $text[0:$match.offset] + replacement + $text[$match.offset + $match.length:]
    end;
def gsub($pattern; replacement; flags): sub($pattern; replacement; flags + "g");
def gsub($pattern; replacement): sub($pattern; replacement; "g");
`;

/** Regular expressions of jq 1.7: all matches are found first; several replacements give several texts. */
const regex17 = String.raw`
def scan($pattern; $flags):
  match($pattern; "g" + $flags) | if (.captures | length) > 0 then [.captures[].string] else .string end;
def scan($pattern): scan($pattern; null);
def splits($pattern; $flags):
  . as $text
  | foreach ((match($pattern; $flags + "g") | [.offset, .length]), null) as $match
      ([0, null];
       if $match == null then [.[0], $text[.[0]:]] else [$match[0] + $match[1], $text[.[0]:$match[0]]] end;
       .[1]);
def splits($pattern): splits($pattern; null);
def split($pattern; $flags): [splits($pattern; $flags)];
def sub($pattern; replacement; $flags):
  _substitute([match($pattern; $flags)]; replacement);
def sub($pattern; replacement): sub($pattern; replacement; "");
def gsub($pattern; replacement; $flags): sub($pattern; replacement; $flags + "g");
def gsub($pattern; replacement): sub($pattern; replacement; "g");
`;

const additions17 = String.raw`
def pick(paths): . as $whole | reduce path(paths) as $path (null; setpath($path; $whole | getpath($path)));
def debug(messages): (messages | debug | empty), .;
def have_literal_numbers: true;
def have_decnum: false;
`;
