import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Lookups, Missing } from "../plan/lookup.ts";
import { analyse } from "./analyse.ts";
import { evaluate } from "./evaluate.ts";
import { EvaluationError } from "./failure.ts";
import { parseExpression } from "./parser.ts";
import { ExpressionSyntaxError } from "./syntax-error.ts";
import { inspect } from "./values.ts";

const now = Date.UTC(2026, 10, 21, 9);

const resource = {
  id: 1,
  iid: 2,
  project_id: 3,
  title: "Crash: é on start",
  labels: ["bug", "type::feature", "priority::2"],
  state: "opened",
  weight: null,
  author: { username: "eve" },
  milestone: { id: 5, title: "18.1", start_date: "2026-11-01", due_date: "2026-12-01", state: "active", project_id: 3 },
  references: { full: "group/app#2" },
};

const shared = {
  "milestones projects/3/milestones": [
    { id: 6, title: "18.2", start_date: "2026-12-02", project_id: 3 },
    { id: 5, title: "18.1", start_date: "2026-11-01" },
  ],
  "version version": { version: "18.5.1-ee", revision: "abc" },
};

const own = {
  "label_events projects/3/issues/2/resource_label_events": [
    {
      action: "add",
      created_at: "2026-11-02T00:00:00Z",
      label: { name: "bug", color: "#f00" },
      user: { username: "ann" },
    },
    { action: "add", created_at: "2026-11-01T00:00:00Z", label: { name: "type::feature" } },
    { action: "remove", created_at: "2026-11-03T00:00:00Z", label: { name: "old" } },
  ],
  "merge_requests projects/3/issues/2/related_merge_requests": [
    { id: 9, iid: 4, project_id: 3, state: "merged", references: { full: "group/app!4" } },
  ],
};

function outcome(text: string): string {
  try {
    const node = parseExpression(text);
    analyse(node, "issues");
    const api = { type: "issues" as const, resource, source: "projects/3", lookups: new Lookups(shared, own), now };
    return inspect(evaluate(node, api, now).value);
  } catch (error) {
    if (error instanceof Missing) return `asks ${error.lookup.path}`;
    const { message, offset } = error as { message: string; offset?: number };
    return `${offset}: ${message}`;
  }
}

/** An expression a line, and what it comes to. */
function check(name: string, table: string): void {
  test(name, () => {
    for (const line of table.trim().split("\n")) {
      const [text = "", expected = ""] = line.split(" ### ");
      assert.equal(outcome(text.trim().replaceAll("⏎", "\n")), expected, text);
    }
  });
}

check(
  "times, of DateTime in days, and texts that tell one",
  String.raw`
DateTime.now + 7 >= "2026-11-27T00:00:00Z" ### true
DateTime.now + 3 >= "2026-11-27" ### false
(DateTime.now - DateTime.parse("2026-11-14T09:00:00Z")).to_i ### 7
(Time.now - Time.parse("2026-11-21T08:00:00Z")).to_i ### 3600
(DateTime.parse("2026-11-20") + 1.5).strftime("%F %H") ### "2026-11-21 12"
"2026-11-21T08:00:00.000Z" > (Time.now - 24.hours).utc ### true
"2026-11-19T08:00:00.000Z" > 1.day.ago ### false
"soon" > Time.now ### 7: String "soon" cannot be compared with Time 2026-11-21 09:00:00 UTC
labels_with_details.find { |l| l.name == "bug" }.added_at < 7.days.ago ### true
labels_with_details.map(&:name) ### ["bug", "type::feature"]
related_merge_requests[0].resource["iid"] ### 4
milestone.resource[:title] ### "18.1"
not resource["weight"] or resource["weight"] == 3 ### true
`,
);

check(
  "literals and operators",
  String.raw`
1_000 + 2 * 3 ### 1006
7 / 2 ### 3
-7 / 2 ### -4
-7 % 3 ### 2
7.0 / 2 ### 3.5
2 ** 10 ### 1024
10.fdiv(4).round(1) ### 2.5
"a\tb\u00e9" ### "a\tbé"
'a\tb' ### "a\\tb"
"#{1 + 1} #{"nested #{author}"}" ### "2 nested eve"
%w[a b] + %i[c] ### ["a", "b", :c]
{ "a" => 1, b: 2 }.map { |k, v| v } ### [1, 2]
1 == 1.0 && 1 != 2 ### true
nil || false ### false
not true ### false
-2.abs - -3.succ ### 4
-2 ** 2 ### -4
7 <=> 3 ### 1
1 < 2 ? :yes : :no ### :yes
[1, 2] <=> [1, 3] ### -1
(1..4).select(&:even?) ### [2, 4]
(1...4).to_a ### [1, 2, 3]
[1, 2, 3][-2..] ### [2, 3]
`,
);

check(
  "statements",
  `
x = 5⏎x += 1 if state == "opened"⏎x ### 6
if weight = resource[:weight]⏎  1⏎elsif state == "closed"⏎  2⏎else⏎  3⏎end ### 3
unless false then 1 end ### 1
case state when "closed" then 1 when /^open/ then 2 else 3 end ### 2
a = [1]⏎a.each_with_index.map { |(x), i| x + i } ### [1]
# a comment⏎1 # and another ### 1
[1, 2, 3].map { |x| next 0 if x == 2; x } ### [1, 0, 3]
found = false⏎[1, 2].map { |x| found = true if x == 2 }⏎found ### true
labels⏎  .map(&:name)⏎  .first ### "bug"
`,
);

check(
  "texts and regular expressions",
  String.raw`
resource[:title] =~ /CRASH/i ### 0
resource[:title].match?(/start$/) ### true
resource[:title] !~ /x/ ### true
resource[:title][/é (\w+)/, 1] ### "on"
resource[:title].match(/(?<what>\w+):/)[:what] ### "Crash"
"a-b_c".split(/[-_]/) ### ["a", "b", "c"]
"a1b2".split(/(\d)/) ### ["a", "1", "b", "2"]
"aé1 b".split(/[^\w]/) ### ["a", "1", "b"]
"a1b22".scan(/\d+/) ### ["1", "22"]
"a1b22".gsub(/\d+/) { |d| "<#{d}>" } ### "a<1>b<22>"
"john smith".gsub(/(\w+) (\w+)/, '\2 \1') ### "smith john"
"workflow::in dev".delete_prefix("workflow::").capitalize ### "In dev"
"%05.1f|%-3s|%d" % [2.25, "a", 7] ### "002.3|a  |7"
"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!" =~ /^(a+)+$/ ### nil
"a" =~ /(/ ### 7: the regular expression cannot be read: end pattern with unmatched parenthesis
`,
);

check(
  "lists",
  `
labels.map(&:name) & %w[bug x] ### ["bug"]
labels.reject { |l| l.name.include?("::") }.map { it.name } ### ["bug"]
labels.any? { |l| l.name.start_with?("type::") } ### true
labels.uniq.size ### 3
labels.include?(labels.last) && labels.index(labels[1]) == 1 ### true
(labels - [labels.first]).size ### 2
[3, 1, 2].sort.reverse.first(2).join(", ") ### "3, 2"
[3, 1, 2].max_by { |x| -x } ### 1
%w[a b a].group_by(&:itself).transform_values(&:size)["a"] ### 2
%w[a b a].tally ### {"a"=>2, "b"=>1}
[1, nil, 2].compact.sum { |x| x * 2 } ### 6
[[1, 2], [3]].flatten.include? 3 ### true
[1, 2, 3].inject(:+) ### 6
[[1, [2]], []].join("-") ### "1-2-"
[1, 2, 3].reduce(4) { |a, b| a * b } ### 24
["bug", "x"].grep(/^b/) ### ["bug"]
resource.dig(:milestone, "title") ### "18.1"
resource.key?(:title) ### true
`,
);

check(
  "days and times",
  `
Date.today ### 2026-11-21
Date.today + 2.weeks ### 2026-12-05
Date.parse("2026-03-31") - 1.month ### 2026-02-28
(Date.parse("2026-12-24") - Date.today).to_i ### 33
Date.today.next_month.beginning_of_month.strftime("%b %-d") ### "Dec 1"
Date.today.saturday? ### true
Date.today.end_of_week ### 2026-11-22
5.days.ago > Time.parse("2026-11-01T00:00:00Z") ### true
2.days.from_now.strftime("%Y-%m-%d %H:%M") ### "2026-11-23 09:00"
1.hour.ago ### 2026-11-21 08:00:00 UTC
(2.weeks + 1.day).to_i ### 1296000
Time.now - Time.at(0) > 1.week ### true
Date.parse("soon") ### 5: "soon" is no date
milestone.due_date < 2.weeks.from_now ### true
`,
);

check(
  "what a resource can be asked",
  `
[author, state, project_path, full_resource_reference] ### ["eve", "opened", "group/app", "group/app#2"]
milestone.started? && milestone.in_progress? && !milestone.expired? ### true
milestone.succ.title ### "18.2"
milestone.succ.succ ### nil
labels_chronologically.map(&:name) ### ["type::feature", "bug"]
label_events.select { |e| e.action == "add" && e.label.name == "bug" }.last.created_at ### 2026-11-02 00:00:00 UTC
instance_version.version_short ### "18.5"
related_merge_requests.all? { |mr| mr.state == "merged" } ### true
related_merge_requests.first.full_resource_reference ### "group/app!4"
linked_issues.size ### asks projects/3/issues/2/links
closed_by.any? ### asks projects/3/issues/2/closed_by
labels_with_details.first.color ### "#f00"
resource[:nothing]&.foo?.nil? ### 20: the method foo? is not of the language of these expressions
resource[:weight]&.zero? ### nil
`,
);

check(
  "what is refused, before anything runs",
  `
File.read("x") ### 0: File cannot be named here; there are Date, Time, DateTime, Regexp, String, Symbol, Integer, Float, Numeric, Array, Hash, NilClass
system("ls") ### 0: system is not of the language of these expressions
resource.instance_eval { 1 } ### 9: the method instance_eval is not of the language of these expressions; did you mean instance_of??
labls.size ### 0: labls is not of the language of these expressions; did you mean labels?
closes_issues ### 0: closes_issues is for merge_requests, and these are issues
while true do end ### 0: while is not of the language of these expressions
1 + ### 3: the end is not understood here
[1, 2 ### 5: "]" is missing before the end
Gitlab::Triage ### 6: modules and their constants cannot be named here
[1].map(&method(:x)) ### 9: only &:name can be passed as a block
"abc ### 0: there is no " that ends this
[1] << 2 ### 4: there is no method << for Array [1]
`,
);

check(
  "what an expression may cost",
  `
"a" * 100000000 ### 4: it takes more than 16777216 bytes
(1..900000).to_a ### 12: it takes more than 500000 steps
(1..800).map { |a| (1..800).map { |b| a * b } } ### 42: it takes more than 500000 steps
nil.title.upcase ### 4: there is no method title for nil
nil + 1 ### 4: nil + Integer 1 is not defined
1 / 0 ### 2: divided by 0
(1..200).inject([]) { |a, _| [a] }.to_s ### 35: values are nested more than 100 deep
(1..200).inject([]) { |a, _| [a] }.flatten ### 35: values are nested more than 100 deep
[(1..90).inject([]) { |a, _| [a] }].uniq.size ### 1
(1..200).inject("ab" * 100000) { |s, i| s.upcase } ### 42: it takes more than 500000 steps
1.round(400).times { |i| i } ### 13: it takes more than 500000 steps
[1, "a"].sort ### 9: String "a" cannot be compared with Integer 1
`,
);

test("whatever is written, it is told where it is wrong, or it has a value, or it fails as expressions do", () => {
  const word = fc.constantFrom(
    ..."resource labels milestone author state due_date [:title] [0] .map .first .select .sort_by .to_s .inject .join .size .round(2)".split(
      " ",
    ),
    ..."{ |a| a } && || ! ( ) [ ] , + - * / % ** == < > =~ ? : .. nil true 1 2.5 'x' \"y\" /a+/ :z %w[a b] &. .days .ago if else end x =".split(
      " ",
    ),
    ' "#{1}" ',
    "\n",
    ".any?(&:nil?)",
    " Date.today ",
    ".gsub(/a/, 'b')",
    ".strftime('%F')",
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), fc.string({ maxLength: 3 }), (words, noise) => {
      const text = words.join(" ") + noise;
      try {
        const node = parseExpression(text);
        analyse(node, "issues");
        inspect(
          evaluate(
            node,
            { type: "issues", resource, source: "projects/3", lookups: new Lookups(shared, own), now },
            now,
          ).value,
        );
      } catch (error) {
        const isExpected = [ExpressionSyntaxError, EvaluationError, Missing].some((type) => error instanceof type);
        assert.ok(isExpected, `${text}: ${(error as Error).stack}`);
      }
    }),
    { numRuns: 3000 },
  );
});

test("of a resource only what an expression reads is kept", () => {
  const keys = (text: string): string => {
    const found = analyse(parseExpression(text), "issues");
    return found === "all" ? "all" : [...found].join(" ");
  };
  assert.equal(keys('resource[:title] + resource.dig("time_stats", :x).to_s'), "title title! time_stats time_stats!");
  assert.equal(keys("labels.any? && author && milestone"), "labels author milestone");
  assert.equal(keys("resource.keys"), "all");
  assert.equal(keys("key = :title\nresource[key]"), "all");
});
