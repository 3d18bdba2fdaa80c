import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Badge, readBadge } from "../src/domain/badge.ts";
import { peopleOf } from "../src/domain/people.ts";
import { keyOf, openNames } from "../src/shift/names.ts";
import { VECTORS } from "./packs.ts";

interface Good {
  readonly badge: number;
  readonly text: string;
  readonly pin: string;
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`roster/${name}.json`, VECTORS), "utf8"));
const PEOPLE = read("people");
const GOOD = read("badge").good as readonly Good[];
const open = async (badge: Badge, pin: string) =>
  openNames(PEOPLE.section, PEOPLE.device, badge.id, await keyOf(badge, pin));

test.each(GOOD.map((one) => [one.badge, one] as const))("badge %i and its PIN open the people", async (_, one) => {
  const names = await open(readBadge(one.text) as Badge, one.pin);
  expect(names?.people).toEqual(peopleOf({ people: PEOPLE.people }));
  expect([names?.recorder, names?.expected]).toEqual([PEOPLE.staff[String(one.badge)], PEOPLE.expected]);
});

test.each(PEOPLE.wrong as readonly (Good & { readonly name: string })[])(
  "$name opens nothing",
  async ({ badge, pin }) => {
    const text = GOOD.find((one) => one.badge === badge)?.text ?? "";
    expect(await open(readBadge(text) as Badge, pin)).toBeNull();
  },
);

test("a badge that is not of this gate opens nothing, and what was tampered with neither", async () => {
  const one = GOOD[0] as Good;
  const badge = readBadge(one.text) as Badge;
  const key = await keyOf(badge, one.pin);
  expect(await openNames({ ...PEOPLE.section, badges: {} }, PEOPLE.device, badge.id, key)).toBeNull();
  expect(await openNames(PEOPLE.section, PEOPLE.device + 1, badge.id, key)).toBeNull();
  expect(
    await openNames({ ...PEOPLE.section, until: PEOPLE.section.until + 1 }, PEOPLE.device, badge.id, key),
  ).toBeNull();
  const [first, second, ...others] = PEOPLE.section.sealed.split(".");
  const moved = { ...PEOPLE.section, sealed: [second, first, ...others].join(".") };
  expect(await openNames(moved, PEOPLE.device, badge.id, key)).toBeNull();
});
