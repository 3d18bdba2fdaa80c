import * as fc from "fast-check";
import { expect, test } from "vitest";
import { EVERY, EVERY_IN_HEAT, LONGEST, lastRun, reliefDue, shiftSince } from "../src/domain/relief.ts";
import { createDuty } from "../src/shift/duty.ts";
import type { Names } from "../src/shift/names.ts";
import { freshState } from "../src/state.ts";
import { Memory, Standing } from "./memory.ts";

const HOUR = 3_600_000;
const moment = fc.nat(100 * HOUR);

test("relief is asked about two hours after the shift began or after the last answer, in heat after one", () => {
  fc.assert(
    fc.property(moment, fc.option(moment), moment, fc.boolean(), (since, asked, now, isHot) => {
      const last = Math.max(since, asked ?? 0);
      expect(reliefDue(since, asked, now, isHot)).toBe(now - last >= (isHot ? EVERY_IN_HEAT : EVERY));
      expect(reliefDue(null, asked, now, isHot)).toBe(false);
    }),
  );
});

test("whoever opened no badge stands here since his first passage, in whatever order they are known", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3 * HOUR), { minLength: 1 }), fc.nat(HOUR), (gaps, more) => {
      const moments = gaps.reduce<number[]>((all, gap) => [...all, (all.at(-1) ?? HOUR) + gap], []);
      const [first = 0, last = 0] = [moments[0], moments.at(-1)];
      const run = lastRun([...moments].reverse(), null);
      expect(run).toEqual({ first, last });
      expect(shiftSince(null, run, last + more)).toBe(Math.max(first, last + more - LONGEST));
      expect(shiftSince(null, run, last + 4 * HOUR)).toBe(null);
    }),
  );
});

test("after a hand-over, or after hours without anybody, the count begins anew", () => {
  const moments = [1, 2, 9, 10, 11].map((hour) => hour * HOUR);
  expect(lastRun(moments, null)).toEqual({ first: 9 * HOUR, last: 11 * HOUR });
  expect(lastRun(moments, 10 * HOUR)).toEqual({ first: 11 * HOUR, last: 11 * HOUR });
  expect(lastRun(moments, 11 * HOUR)).toBe(null);
});

test("a badge that nobody handed over is nobody's shift the next day", () => {
  expect(shiftSince(HOUR, null, 2 * HOUR)).toBe(HOUR);
  expect(shiftSince(HOUR, null, HOUR + LONGEST)).toBe(null);
});

async function onDuty() {
  const [store, clock] = [new Memory(), new Standing()];
  const state = freshState(clock.now());
  const open = async () => {
    const duty = createDuty({ store, clock }, state, () => undefined);
    await duty.attend();
    return duty;
  };
  const pass = (ms: number) => {
    clock.at += ms;
    state.tick = clock.at;
  };
  return { duty: await open(), open, pass, state };
}
const badge = (recorder: number): Names => ({ people: [], recorder, expected: [] });

test("the question goes when it is answered, comes back after two hours, and begins anew at hand-over", async () => {
  const { duty, pass } = await onDuty();
  duty.opened(badge(5));
  expect(duty.isDue.value).toBe(false);
  pass(EVERY);
  expect(duty.isDue.value).toBe(true);
  duty.answered();
  expect(duty.isDue.value).toBe(false);
  pass(EVERY);
  expect(duty.isDue.value).toBe(true);
  duty.handedOver();
  expect([duty.since.value, duty.isDue.value]).toEqual([null, false]);
  duty.opened(badge(6));
  expect(duty.isDue.value).toBe(false);
});

test("the same badge opened again after the phone was started anew goes on with its shift, another one does not", async () => {
  const { duty, open, pass } = await onDuty();
  duty.opened(badge(5));
  pass(EVERY);
  const again = await open();
  again.opened(badge(5));
  expect(again.isDue.value).toBe(true);
  again.opened(badge(6));
  expect(again.isDue.value).toBe(false);
});

test("every shift is told as it was, until the server knows that it has ended", async () => {
  const { duty, open, pass } = await onDuty();
  duty.opened(badge(5));
  const [first] = duty.toTell();
  expect(first).toMatchObject({ recorder: 5 });
  expect(first).not.toHaveProperty("closed");
  duty.told(duty.toTell());
  expect(duty.toTell()).toEqual([first]);
  pass(HOUR);
  duty.opened(badge(6)); // nobody handed over
  pass(HOUR);
  const began = first?.opened ?? 0;
  const told = [
    { recorder: 5, opened: began, closed: began + HOUR },
    { recorder: 6, opened: began + HOUR, closed: began + 2 * HOUR },
  ];
  duty.handedOver();
  const again = await open(); // without a network all the while
  expect(again.toTell()).toEqual(told);
  again.told(told.slice(0, 1));
  expect(again.toTell()).toEqual(told.slice(1));
});

test("a badge of somebody who records nowhere here is no shift, and another phone tells of none", async () => {
  const { duty } = await onDuty();
  duty.opened({ ...badge(5), recorder: null });
  expect(duty.toTell()).toEqual([]);
  duty.opened(badge(5));
  duty.leave();
  expect(duty.toTell()).toEqual([]);
});

test("on a hot day the question comes after an hour, and the next day nobody has called hot", async () => {
  const { duty, pass, open } = await onDuty();
  duty.opened(badge(5));
  duty.heat(true);
  pass(EVERY_IN_HEAT);
  expect((await open()).isDue.value).toBe(true);
  pass(24 * HOUR);
  expect(duty.isHot.value).toBe(false);
});
