import fc from "fast-check";
import { expect, test } from "vitest";
import { begun, caseOf, type Draft, passageOf, type Said, undone, type World } from "../src/domain/check.ts";
import { draftOf, idInstead, standing, turned, wayBack } from "../src/domain/correct.ts";
import { insideOf } from "../src/domain/inside.ts";
import { judge } from "../src/domain/verdict.ts";
import { packOf } from "./packs.ts";

const PACK = packOf("cn-2021-08");
const AT = Date.UTC(2021, 7, 10, 4);
const ROSTER = { salt: "AAECAwQFBgcICQoLDA0ODw==", passes: [] };
const LOTS = new Uint8Array(10);
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
const recorded = (draft: Draft, world: World, id: string) =>
  passageOf(draft, judge(PACK, caseOf(draft, world)), world, id);
const drafts = fc.record({
  direction: fc.constantFrom("in" as const, "out" as const),
  who: fc.constantFrom("resident" as const, "visitor" as const, "child" as const),
  purpose: fc.constantFrom(null, "shopping", "visit"),
  phone: fc.constantFrom("13800000001", "13800000002"),
  temperature: fc.constantFrom(undefined, 365, 378),
  health: fc.constantFrom(undefined, "green", "red"),
  hours: fc.integer({ min: -10, max: 0 }),
});
type Given = typeof drafts extends fc.Arbitrary<infer T> ? T : never;
const draft = ({ direction, who, purpose, phone, temperature, health }: Given): Draft => ({
  ...begun(direction, who, { kind: "person", phone }),
  purpose,
  checks: { ...(temperature && { temperature }), ...(health && { health, health_how: "live" }) },
});
const world = ({ hours }: Given): World => ({ ...WORLD, at: AT + hours * 3_600_000 });

test("the draft of a passage, recorded again, is that passage", () => {
  fc.assert(
    fc.property(drafts, (given) => {
      const said = recorded(draft(given), world(given), "1");
      expect(recorded(draftOf(said, ROSTER, "2021-08-10", []), world(given), "1")).toEqual(said);
    }),
  );
});

test("a correction is of the moment of what it corrects, and names it and why", () => {
  fc.assert(
    fc.property(drafts, (given) => {
      const said = recorded(draft(given), world(given), "017b2e00-0000-7000-8000-000000000001");
      const id = idInstead(said, LOTS);
      const instead = { id, world: world(given), said: { corrects: said.id, correction: "进出记反了" } };
      const other = given.direction === "in" ? "out" : "in";
      const right = recorded({ ...draftOf(said, ROSTER, "", []), direction: other, instead }, instead.world, id);
      expect([right.at, right.offset, right.direction]).toEqual([said.at, said.offset, other]);
      expect([right.corrects, right.correction]).toEqual([said.id, "进出记反了"]);
      expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(said.at);
    }),
  );
});

test("what stands after a correction is as if it had been recorded so from the beginning", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(drafts, fc.option(drafts)), { maxLength: 8 }), (pairs) => {
      const told: Said[] = [];
      const right: Said[] = [];
      for (const [place, [first, then]] of pairs.entries()) {
        const said = recorded(draft(first), world(first), `a${place}`);
        const meant = then && { ...then, hours: first.hours };
        const {
          corrects: _,
          correction: __,
          ...plain
        } = meant ? recorded(draft(meant), world(meant), `b${place}`) : said;
        told.push(said, ...(meant ? [{ ...plain, corrects: said.id, correction: "记错了人" } as Said] : []));
        right.push(plain as Said);
      }
      const at = (own: readonly Said[]) =>
        insideOf({ at: AT, own, stored: new Set(), past: null, salt: ROSTER.salt, expected: [], people: [] });
      const keys = ({ visitors, away }: ReturnType<typeof at>) =>
        [visitors, away].map((l) => l.map((one) => one.said.id));
      expect(keys(at(told))).toEqual(keys(at(right)));
    }),
  );
});

test("a list shows each chain once: what stands of it, or what was taken back", () => {
  const first = recorded(begun("in", "visitor", { kind: "person", phone: "1" }), WORLD, "1");
  const right = { ...first, id: "2", direction: "out", corrects: "1" } as Said;
  expect(standing([first, right])).toEqual([{ said: right, isTaken: false }]);
  const back = undone(right, AT, 1500, "3", "重复登记");
  expect(standing([first, right, back])).toEqual([{ said: right, isTaken: true }]);
});

test("a vehicle is turned as it is, and who goes back was not looked at yet", () => {
  const van = {
    ...recorded(begun("in", "driver", { kind: "vehicle", plate: "苏C12345" }), WORLD, "1"),
    seq: 4,
    prev_hash: "x",
  };
  const back = turned(van as Said, "out", "2", "进出记反了");
  expect(back).toMatchObject({ id: "2", direction: "out", corrects: "1", subject: { plate: "苏C12345" } });
  expect(Object.keys(back)).not.toContain("seq");
  const seen = draft({
    direction: "in",
    who: "visitor",
    purpose: "visit",
    phone: "13800000001",
    temperature: 365,
    health: "green",
    hours: 0,
  });
  expect(wayBack(seen, "out")).toMatchObject({ direction: "out", checks: {}, purpose: null, subject: seen.subject });
});
