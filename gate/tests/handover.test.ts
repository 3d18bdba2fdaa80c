import * as fc from "fast-check";
import { expect, test } from "vitest";
import { undone } from "../src/domain/check.ts";
import { handoverOf } from "../src/domain/handover.ts";
import type { Row } from "../src/domain/outbox.ts";
import { said } from "./memory.ts";

const passage = fc.record({
  at: fc.nat(1_000),
  state: fc.constantFrom("unsent", "stored", "quarantined"),
  temperature: fc.option(fc.integer({ min: 340, max: 430 }), { nil: undefined }),
  skipped: fc.option(fc.constant({ health: "no_phone" }), { nil: undefined }),
  reasons: fc.subarray(["mask.not_looked", "health.not_looked", "fever"]),
});
const rows = fc.array(passage).map((all) =>
  all.map(({ at, state, temperature, ...more }, seq) => {
    const item = { ...said(`${seq}`, at), verdict: "admit", checks: temperature ? { temperature } : {}, ...more };
    return { seq, state, item } as unknown as Row;
  }),
);

test("the summary counts what this shift recorded, and everything that is unsent whoever recorded it", () => {
  fc.assert(
    fc.property(rows, fc.nat(1_000), (given, since) => {
      const found = handoverOf(given, [], since, 373);
      const mine = given.filter(({ item }) => item.at >= since);
      const warmth = mine.flatMap(({ item }) => (item.checks.temperature as number | undefined) ?? []);
      expect(found.many).toBe(mine.length);
      expect(found.unsent).toBe(given.filter(({ state }) => state === "unsent").length);
      expect(found.quarantined).toBe(mine.filter(({ state }) => state === "quarantined").length);
      expect([found.measured, found.tooWarm]).toEqual([warmth.length, warmth.filter((one) => one >= 373).length]);
      const health = mine.filter(({ item }) => item.skipped || item.reasons.includes("health.not_looked"));
      expect(found.missing.health ?? 0).toBe(health.length);
    }),
  );
});

test("what was taken back is counted as nothing", () => {
  const one = { ...said("a"), checks: { temperature: 380 }, reasons: [], pack: "p" };
  const back = undone(one as never, 2_000, 0, "b", "mistake");
  const given = [one, back].map((item, seq) => ({ seq, state: "stored", item }) as unknown as Row);
  expect(handoverOf(given, [], 0, 373)).toMatchObject({ many: 0, measured: 0, tooWarm: 0 });
});

test("only calls that nobody settled are handed over", () => {
  const call = { id: "1", kind: "help", supplies: [], at: 1, who: "", since: 1 } as const;
  const told = (["open", "taken", "done"] as const).map((state) => ({ ...call, state }));
  expect(handoverOf([], told, 0, 373).calls.map(({ state }) => state)).toEqual(["open", "taken"]);
});
