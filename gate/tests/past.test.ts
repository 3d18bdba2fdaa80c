import { expect, test } from "vitest";
import type { RosterEntry } from "../src/domain/bundle.ts";
import { begun, type Draft, type Said } from "../src/domain/check.ts";
import { pastOf } from "../src/domain/past.ts";
import { passTag } from "../src/domain/roster.ts";
import { countsForQuota } from "../src/domain/verdict.ts";
import { packOf } from "./packs.ts";

const PACK = packOf("cn-2021-08");
const SALT = "AAECAwQFBgcICQoLDA0ODw==";
const [WANG, MEI, LI] = [1, 2, 3].map((n) => `017b2e00-0000-4000-8000-00000000000${n}`) as [string, string, string];
const entry = (id: string, household: string): RosterEntry => [
  passTag(SALT, id),
  "resident",
  "2021-01-01",
  "",
  false,
  household,
];
const ROSTER = { salt: SALT, passes: [entry(WANG, "h1"), entry(MEI, "h1"), entry(LI, "h2")] };
const AT = 1_628_570_700_000;
const draft = (pass: string, household: string): Draft => ({
  ...begun("out", "resident", { kind: "person", pass }),
  tag: passTag(SALT, pass),
  household,
});
const HOMES: Readonly<Record<string, string>> = { [WANG]: "h1", [MEI]: "h1", [LI]: "h2" };
const homeOf = ({ subject }: Said) => HOMES[subject.pass ?? subject.id ?? ""] ?? "";
const NOW = { at: AT, zone: "Asia/Shanghai" };
const out = (pass: string, more: Partial<Said> = {}): Said =>
  ({
    id: `out-${pass}`,
    at: AT - 3_600_000,
    offset: 0,
    direction: "out",
    crossed: true,
    who: "resident",
    purpose: "shopping",
    subject: { kind: "person", pass },
    verdict: "admit",
    checks: {},
    ...more,
  }) as Said;
const used = (own: Said[], past = null) => pastOf(draft(WANG, "h1"), NOW, PACK, ROSTER, past, own, homeOf).quota_used;

test("the wife's way out uses up the quota of the household, a neighbour's does not", () => {
  expect([used([out(MEI)]), used([out(LI)]), used([])]).toEqual([1, 0, 0]);
});

test("what uses it up is what the rules of the pack ask about", () => {
  expect(countsForQuota(PACK, "resident", "shopping")).toBe(true);
  for (const [who, purpose] of [
    ["resident", "work"],
    ["visitor", "shopping"],
    ["resident", null],
  ] as const)
    expect(countsForQuota(PACK, who, purpose)).toBe(false);
  expect(used([out(MEI, { purpose: "work" })])).toBe(0);
  const lax = {
    ...PACK,
    rules: Object.fromEntries(Object.entries(PACK.rules).filter(([id]) => !id.includes("quota"))),
  };
  expect(countsForQuota(lax, "resident", "shopping")).toBe(false);
});

test("what was taken back uses up nothing, nor does whoever was stopped", () => {
  const back = { ...out(MEI), id: "back", corrects: `out-${MEI}`, direction: "through", crossed: false } as Said;
  expect([used([out(MEI), back]), used([out(MEI, { crossed: false })])]).toEqual([0, 0]);
});

test("who was turned back is counted by the ledger and by this phone, and not twice", () => {
  const turned = out(WANG, { verdict: "persuade_back", crossed: false });
  const told = { at: AT, households: {}, turned_back: { [passTag(SALT, WANG)]: 2 } };
  const often = (past: typeof told | null, own: Said[]) =>
    pastOf(draft(WANG, "h1"), NOW, PACK, ROSTER, past, own, homeOf).persuaded_back;
  expect([often(null, [turned]), often(told, [turned]), often(told, []), often(null, [])]).toEqual([1, 2, 2, 0]);
  const yesterday = { ...told, at: AT - 86_400_000 };
  expect(often(yesterday, [])).toBe(0);
  expect(often(yesterday, [{ ...turned, at: AT - 86_400_000 }])).toBe(0);
});

test("who is found by his name uses up the quota as with his pass", () => {
  const named = { ...draft(WANG, "h1"), subject: { kind: "person", id: "w" } } as Draft;
  const own = [out(MEI), out(WANG, { id: "mine", verdict: "persuade_back", subject: { kind: "person", id: "w" } })];
  const past = pastOf(named, NOW, PACK, ROSTER, null, own, homeOf);
  expect(past).toEqual({ quota_used: 1, persuaded_back: 1 });
});

test("a stranger has no past", () => {
  const draft = begun("out", "visitor", { kind: "person", phone: "1" });
  expect(pastOf(draft, NOW, PACK, ROSTER, null, [], homeOf)).toEqual({});
});
