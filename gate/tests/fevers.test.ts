import fc from "fast-check";
import { expect, test } from "vitest";
import type { Said } from "../src/domain/check.ts";
import {
  after,
  type Case,
  countdown,
  isFever,
  type Kind,
  type Known,
  LADDER,
  measured,
  NOTHING,
  openFevers,
  type Step,
} from "../src/domain/fevers.ts";

const AT = 1_628_570_700_000;
const MINUTE = 60_000;
const NUMBERS = { limit: 373, rest: 15 };
const NOBODY: ReadonlySet<string> = new Set();
const hot = (minutes: number, checks: object = { temperature: 378 }, more: object = {}): Said =>
  ({
    id: "hot",
    at: AT + minutes * MINUTE - 500,
    offset: 500,
    direction: "in",
    crossed: false,
    subject: { kind: "person", phone: "1" },
    checks,
    ...more,
  }) as unknown as Said;
const step = (kind: Kind, minutes = 0, more: Partial<Step> = {}): Step => ({
  id: "s",
  kind,
  at: AT + minutes * MINUTE,
  offset: 0,
  ...more,
});
const open = (own: readonly Said[], known: Partial<Known> = {}, stored = NOBODY) =>
  openFevers({ ...NOTHING, ...known }, own, stored, NUMBERS, AT);
const told = (more: Partial<Case> = {}): Case => ({
  passage: "hot",
  state: "resting",
  outcome: "",
  first: 378,
  second: null,
  limit: 373,
  opened_at: AT - 10 * MINUTE,
  due_at: AT + 5 * MINUTE,
  ...more,
});

test("a fever recorded without a network is listed at once, and rests as long as the pack says", () => {
  expect(open([hot(-3)])).toEqual([told({ opened_at: AT - 3 * MINUTE, due_at: AT + 12 * MINUTE })]);
  expect(open([hot(-3, { temperature: 372 })])).toEqual([]);
  expect(open([hot(-3, { temperature: 378 }, { subject: { kind: "vehicle" } })])).toEqual([]);
  expect(open([hot(-25 * 60)])).toEqual([]);
});

test("who was measured twice at once stands where the second measurement leaves him", () => {
  expect(open([hot(-3, { temperature_before: 378, temperature: 380 })])).toMatchObject([
    { state: "to_isolate", first: 378, second: 380 },
  ]);
  expect(open([hot(-3, { temperature_before: 378, temperature: 365 })])).toEqual([]);
  expect(isFever(hot(0, { temperature_before: 378, temperature: 365 }), 373)).toBe(true);
});

test("what the server does not tell though it has it is settled; what it cannot know yet is not", () => {
  const stored = new Set(["hot"]);
  expect(open([hot(-30)], { at: AT }, stored)).toEqual([]);
  expect(open([hot(-30)], { at: AT })).toHaveLength(1); // unsent
  expect(open([hot(0)], { at: AT }, stored)).toHaveLength(1); // stored a moment ago
  expect(open([hot(-30)], { at: AT, told: [told()] }, stored)).toEqual([told()]);
});

test("a measurement of somebody that was taken back opens nothing", () => {
  const back = hot(-2, {}, { id: "back", corrects: "hot", direction: "through" });
  expect(open([hot(-3), back])).toEqual([]);
});

test("steps that were taken without a network count from the moment they were taken", () => {
  const taken = [step("still_high", 1, { tenths: 381 }), step("isolated", 3, { place: "帐篷" })];
  const [now] = open([hot(-15)], { taken: taken.map((one) => ({ passage: "hot", step: one })) });
  expect(now).toMatchObject({ state: "isolated", second: 381, due_at: AT + 13 * MINUTE });
});

test("whatever is done in whatever order, the ladder is never left but by its own steps", () => {
  const kinds = fc.constantFrom<Kind>("normal", "still_high", "isolated", "told", "fetched", "arrived", "ended");
  fc.assert(
    fc.property(fc.array(kinds, { maxLength: 12 }), (steps) => {
      let now = told();
      for (const kind of steps) {
        const before = now;
        now = after(now, step(kind));
        const next = LADDER[before.state]?.next[kind];
        expect(now.state).toBe(next ?? before.state);
        expect(now.due_at === null).toBe(now.state === "ended");
      }
    }),
  );
});

test("the limit itself is still a fever, and a countdown counts up when it is over", () => {
  expect([measured(373, 373), measured(372, 373)]).toEqual(["still_high", "normal"]);
  expect([605_000, -61_000, 0, 3_661_000].map(countdown)).toEqual(["10:05", "1:01", "0:00", "1:01:01"]);
});
