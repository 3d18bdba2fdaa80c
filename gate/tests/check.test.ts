import { expect, test } from "vitest";
import {
  askedOf,
  asUsual,
  begun,
  caseOf,
  type Draft,
  hasUsual,
  isWhole,
  passageOf,
  recordOf,
  undone,
  type World,
  withHow,
  withoutLook,
  withResult,
  withSkip,
} from "../src/domain/check.ts";
import { judge } from "../src/domain/verdict.ts";
import { packOf } from "./packs.ts";

const PACK = packOf("cn-2021-08");
const AT = Date.UTC(2021, 7, 10, 4);
const PASS = { kind: "person", pass: "017b2e00-0000-4000-8000-000000000001" } as const;
const WORLD: World = {
  at: AT,
  offset: 1500,
  day: "2021-08-10",
  unit: "compound",
  management: "open",
  past: {},
  recorder: 7,
  thermometer: "t-7",
};
const open = (draft: Draft) =>
  askedOf(PACK, draft)
    .filter((one) => one.isOpen)
    .map((one) => one.look);
const judged = (draft: Draft) => judge(PACK, caseOf(draft, WORLD));

test("the looks stand in the article's order: codes, vaccination, origin, mask, temperature", () => {
  const looks = askedOf(PACK, begun("in", "visitor", PASS)).map((one) => one.look);
  expect(looks).toEqual(["health", "travel", "vaccination", "certificate", "origin", "mask", "temperature"]);
});

test("nothing is filled in by itself: an untouched draft has looked at nothing, and is held", () => {
  const fresh = begun("in", "resident", PASS);
  expect(fresh.checks).toEqual({});
  expect(open(fresh)).toEqual(["health", "travel", "origin", "mask", "temperature"]);
  expect(judged(fresh).outcome).toBe("hold");
});

test("a resident with a pass: one tap and a temperature, and he is admitted", () => {
  const seen = asUsual(PACK, { ...begun("in", "resident", PASS), passState: "valid" });
  expect(open(seen)).toEqual(["temperature"]);
  const whole = withResult(seen, "temperature", 365);
  expect(isWhole(PACK, whole)).toBe(true);
  expect(judged(whole).outcome).toBe("admit");
});

test("a resident who goes out: one tap", () => {
  const whole = asUsual(PACK, { ...begun("out", "resident", PASS), passState: "valid" });
  expect([isWhole(PACK, whole), judged(whole).outcome]).toEqual([true, "admit"]);
});

test("one tap never says where a visitor comes from, what a thermometer showed, or anything against a look", () => {
  const seen = asUsual(PACK, withResult(begun("in", "visitor", PASS), "health", "red"));
  expect(seen.checks.health).toBe("red");
  expect(open(seen)).toEqual(["vaccination", "origin", "temperature"]);
  expect(hasUsual(PACK, seen)).toBe(false);
});

test("a look is left out for a reason of its step only, never where it must be taken", () => {
  const skipped = withSkip(begun("in", "resident", PASS), "health", "no_phone");
  expect(open(skipped)).not.toContain("health");
  expect(open(withSkip(skipped, "travel", "because"))).toContain("travel");
  expect(open(withSkip(skipped, "mask", "no_phone"))).toContain("mask");
  expect(open(withResult(skipped, "health", "green"))).not.toContain("health");
  expect(withResult(skipped, "health", "green").skipped).toEqual({});
});

test("taking a look back takes back all that it said", () => {
  const seen = withResult(begun("in", "visitor", PASS), "mask", "wrong", { mask_guided: true, mask_corrected: true });
  expect(withoutLook(seen, "mask").checks).toEqual({});
  expect(withResult(seen, "mask", "correct").checks).toEqual({ mask: "correct" });
});

test("a code is taken as shown live, a paper as none", () => {
  expect(withResult(begun("in", "visitor", PASS), "health", "green").checks).toEqual({
    health: "green",
    health_how: "live",
  });
  expect(withResult(begun("in", "visitor", PASS), "health", "paper").checks).toEqual({ health: "paper" });
});

test("by what somebody is written down: pass, document, telephone, name; a token counts on the way out", () => {
  const by = (subject: Partial<Draft["subject"]>, direction: "in" | "out" = "in") =>
    recordOf({ direction, subject: { kind: "person", ...subject } });
  expect(by({ pass: "x", phone: "1" })).toBe("known");
  expect(by({ document: { kind: "10", no: "1" }, phone: "1" })).toBe("document");
  expect(by({ phone: "1", name: "王" })).toBe("phone");
  expect(by({ name: "王" })).toBe("name");
  expect([by({ token: "t" }), by({ token: "t" }, "out")]).toEqual(["none", "known"]);
});

test("a passage says when by the phone's own clock, by which thermometer, and nothing that is empty", () => {
  const whole = withResult(asUsual(PACK, begun("in", "resident", PASS)), "temperature", 365);
  const said = passageOf(whole, judged(whole), WORLD, "id");
  expect([said.at, said.offset, said.crossed, said.recorder]).toEqual([AT - 1500, 1500, true, 7]);
  expect(said.checks).toMatchObject({ temperature: 365, temperature_at: AT - 1500, thermometer: "t-7" });
  expect(Object.keys(said)).not.toContain("skipped");
  expect(Object.values(said)).not.toContain(undefined);
});

test("who is stopped does not cross, unless somebody says why he may", () => {
  const hot = withResult(asUsual(PACK, begun("in", "resident", PASS)), "temperature", 378);
  expect(judged(hot).outcome).toBe("hold");
  expect(passageOf(hot, judged(hot), WORLD, "id").crossed).toBe(false);
  const let_in = { ...hot, override: "the ambulance takes him from inside" };
  expect(passageOf(let_in, judged(let_in), WORLD, "id")).toMatchObject({ crossed: true, override: let_in.override });
});

test("what is taken back says that nobody went through, and who says so", () => {
  const whole = asUsual(PACK, begun("out", "resident", PASS));
  const said = passageOf(whole, judged(whole), WORLD, "first");
  const back = undone(said, AT + 5_000, 1500, "second", "mistake");
  expect(back).toMatchObject({ id: "second", corrects: "first", crossed: false, direction: "through", checks: {} });
  expect(back.recorder).toBe(7);
});

test("a code that the family shows for somebody is written down as that, and a paper as neither", () => {
  const draft = begun("in", "visitor", { kind: "person", phone: "13800138000" });
  const shown = withHow(draft, "health", "proxy");
  expect(withResult(shown, "health", "green").checks).toEqual({ health: "green", health_how: "proxy" });
  expect(withResult(draft, "health", "green").checks).toEqual({ health: "green", health_how: "live" });
  expect(withResult(shown, "health", "paper").checks).toEqual({ health: "paper" });
  expect(withResult(shown, "mask", "correct").checks).toEqual({ mask: "correct" });
  expect(withHow(shown, "health", "proxy").hows).toEqual({});
  const pack = packOf("cn-2021-08");
  expect(asUsual(pack, shown).checks).toMatchObject({ health: "green", health_how: "proxy", travel_how: "live" });
});
