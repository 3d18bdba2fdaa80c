/** Whose shift it is: names open for badge and PIN, and go when they must, whatever the disk and the clock do. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Badge, readBadge } from "../src/domain/badge.ts";
import type { Bundle } from "../src/domain/bundle.ts";
import type { Names } from "../src/shift/names.ts";
import { Shift } from "../src/shift/shift.ts";
import { DEVICE, Memory, Standing } from "./memory.ts";
import { VECTORS } from "./packs.ts";

const read = (name: string) => JSON.parse(readFileSync(new URL(`roster/${name}.json`, VECTORS), "utf8"));
const PEOPLE = read("people");
const ONE = read("badge").good[0] as { readonly text: string; readonly pin: string };
const BADGE = readBadge(ONE.text) as Badge;
const DAY = 86_400_000;
const MADE = 1_628_600_000_000;
const BUNDLE = { made_at: MADE, people: PEOPLE.section } as Bundle;

async function begun(store = new Memory(), at = MADE + 1_000) {
  const clock = new Standing();
  clock.at = at;
  const told = { names: null as Names | null, ended: 0, gone: null as Bundle | null };
  const heard = {
    names: (names: Names | null) => {
      told.names = names;
    },
    ended: () => {
      told.ended += 1;
    },
    gone: (bundle: Bundle) => {
      told.gone = bundle;
    },
  };
  const shift = new Shift({ store, clock }, { ...DEVICE, id: PEOPLE.device }, heard, BUNDLE);
  await shift.start();
  return { shift, clock, store, told };
}

test("badge and PIN open the names, and hand-over forgets them", async () => {
  const { shift, told } = await begun();
  expect(await shift.open(BADGE, ONE.pin)).toBeNull();
  expect(told.names?.people).toHaveLength(PEOPLE.section.count);
  shift.handOver();
  expect(told.names).toBeNull();
});

test(
  "the tenth wrong PIN in a row deletes the people, on a disk that keeps nothing too",
  { timeout: 60_000 },
  async () => {
    for (const isPoisoned of [false, true]) {
      const store = new Memory();
      const { shift, told } = await begun(store);
      store.isPoisoned = isPoisoned;
      for (let wrong = 1; wrong <= 9; wrong += 1) expect(await shift.open(BADGE, "000000")).toBe("wrong_pin");
      expect(told.gone).toBeNull();
      await shift.open(BADGE, "000000");
      expect(told.gone?.people).toMatchObject({ sealed: "", badges: {} });
      expect(await shift.open(BADGE, ONE.pin)).toBe("no_people");
    }
  },
);

test("wrong PINs are counted on after a restart", { timeout: 60_000 }, async () => {
  const store = new Memory();
  const { shift } = await begun(store);
  for (let wrong = 1; wrong <= 6; wrong += 1) await shift.open(BADGE, "000000");
  const again = await begun(store);
  for (let wrong = 7; wrong <= 10; wrong += 1) await again.shift.open(BADGE, "000000");
  expect(again.told.gone).not.toBeNull();
});

test("after a day without contact the names go, and a clock that is set back brings none of them again", async () => {
  const store = new Memory();
  const { shift, clock, told } = await begun(store);
  await shift.open(BADGE, ONE.pin);
  clock.at = MADE + DAY + 1;
  await shift.look();
  expect([told.names, told.gone?.people.sealed]).toEqual([null, ""]);
  for (const back of [1_000, DAY, 3 * DAY]) {
    const again = await begun(store, MADE + DAY + 1 - back);
    expect(await again.shift.open(BADGE, ONE.pin)).toBe("lapsed");
    expect(again.told.names).toBeNull();
  }
});

test("a bundle that the badge does not open ends the names, and says so", async () => {
  const { shift, told } = await begun();
  await shift.open(BADGE, ONE.pin);
  await shift.renewed({ ...BUNDLE, made_at: MADE + 60_000, people: { ...PEOPLE.section, badges: {} } });
  expect([told.names, told.ended]).toEqual([null, 1]);
});

test("the next bundle keeps the names open for the badge that it knows", async () => {
  const { shift, told } = await begun();
  await shift.open(BADGE, ONE.pin);
  await shift.renewed({ ...BUNDLE, made_at: MADE + 60_000 });
  expect(told.names?.people).toHaveLength(PEOPLE.section.count);
});

test("what was begun in a shift opens nothing after hand-over, nor after the people were deleted", async () => {
  for (const end of [(shift: Shift) => shift.handOver(), (shift: Shift) => void shift.deletePeople()]) {
    const { shift, told } = await begun();
    const opening = shift.open(BADGE, ONE.pin);
    end(shift);
    await opening;
    expect(told.names).toBeNull();
  }
  const { shift, told } = await begun();
  await shift.open(BADGE, ONE.pin);
  const renewing = shift.renewed({ ...BUNDLE, made_at: MADE + 60_000 });
  shift.handOver();
  await renewing;
  expect(told.names).toBeNull();
});

test("a phone whose clock was once far ahead knows names again after a contact", async () => {
  const store = new Memory();
  const ahead = await begun(store, MADE + 1_000 * DAY);
  await ahead.shift.look();
  const back = await begun(store, MADE + 60_000);
  expect(await back.shift.open(BADGE, ONE.pin)).toBe("lapsed");
  await back.shift.renewed({ ...BUNDLE, made_at: MADE + 60_000 });
  expect(await back.shift.open(BADGE, ONE.pin)).toBeNull();
});
