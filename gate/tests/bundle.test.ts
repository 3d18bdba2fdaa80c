import fc from "fast-check";
import { expect, test } from "vitest";
import { managementAt, passState, quotaUsed, type Turn, versionAt } from "../src/domain/bundle.ts";
import { takenApart } from "../src/sync/jws.ts";

const DAY = 86_400_000;
const turns = fc
  .array(fc.record({ since: fc.integer({ min: 1, max: 1000 }), version: fc.constantFrom("a.1", "a.2", "b.1") }))
  .map((later): Turn[] => [{ since: 0, version: "a.1" }, ...later.sort((x, y) => x.since - y.since)]);

test("the last turn that has begun holds, at its own moment already", () => {
  fc.assert(
    fc.property(turns, fc.integer({ min: 0, max: 1001 }), (given, at) => {
      const begun = given.filter((turn) => turn.since <= at);
      expect(versionAt(given, at)).toBe(begun.at(-1)?.version);
    }),
  );
});

test("what held when the bundle was made holds for a clock that is behind", () => {
  expect(versionAt([{ since: 0, version: "a.1" }], -5)).toBe("a.1");
  expect(versionAt([], 0)).toBeNull();
});

test("a unit is open where no rule holds", () => {
  const periods = [
    { management: "closed", since: 10, until: 20 },
    { management: "lockdown", since: 30, until: null },
  ];
  expect([5, 10, 19, 20, 30, 99].map((at) => managementAt(periods, at))).toEqual([
    "open",
    "closed",
    "closed",
    "open",
    "lockdown",
    "lockdown",
  ]);
});

test("a pass is what the roster says of it on that day", () => {
  const roster = [
    ["h1", "resident", "2021-08-01", "2021-08-31", false, ""],
    ["h2", "resident", "2021-08-01", "", true, ""],
    ["h3", "visitor", "2021-08-01", "", false, "home"],
  ] as const;
  const days = ["2021-07-31", "2021-08-01", "2021-08-31", "2021-09-01"];
  expect(days.map((day) => passState(roster, "h1", day))).toEqual(["not_yet", "valid", "valid", "expired"]);
  expect(["h2", "h3", "h4"].map((hash) => passState(roster, hash, "2021-09-01"))).toEqual([
    "cancelled",
    "valid",
    "unknown",
  ]);
});

test("whatever is no bundle is taken for none", () => {
  fc.assert(fc.property(fc.string(), (text) => takenApart(text) === null));
  const none = btoa(JSON.stringify({ alg: "none", typ: "kakou-bundle" }));
  expect(takenApart(`${none}.e30.AA`)).toBeNull();
  for (const text of ["", "..", "a.b.c.d", "e30.e30.AA"]) expect(takenApart(text)).toBeNull();
});

test("a household used up what other gates and this phone saw of it within the days, each way out once", () => {
  const past = { at: 500, households: { door: [DAY, 2 * DAY] }, turned_back: {} };
  expect(quotaUsed(past, "door", 2.5 * DAY, 2, [2 * DAY])).toBe(2);
  expect(quotaUsed(past, "door", 2.5 * DAY, 2, [2 * DAY + 1])).toBe(3);
  expect(quotaUsed(past, "door", 3 * DAY, 2)).toBe(1); // exactly two days ago is over
  expect(quotaUsed(past, "toString", 2 * DAY, 2)).toBe(0);
});
