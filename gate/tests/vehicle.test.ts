import fc from "fast-check";
import { expect, test } from "vitest";
import type { World } from "../src/domain/check.ts";
import {
  isPlate,
  left,
  passageOfVehicle,
  typed,
  type Vehicle,
  withoutPassage,
  withPassage,
} from "../src/domain/vehicle.ts";

const WORLD: World = {
  at: 10_000,
  offset: 500,
  day: "2021-08-10",
  unit: "compound",
  management: "open",
  past: {},
  recorder: null,
  thermometer: null,
};
const van = (more: Partial<Vehicle> = {}): Vehicle => ({
  id: "v",
  plate: "苏C12345",
  aboard: 2,
  goods: "",
  receiver: "",
  purpose: null,
  passed: {},
  ...more,
});

test.each(["苏C12345", "京AD12345", "粤B1234学".replace("学", "6")])("%s is a plate", (plate) => {
  expect(isPlate(plate)).toBe(true);
});

test.each(["苏C1234", "苏C123456789", "C12345", "苏112345", "苏CI2345", "苏CO2345", ""])("%s is none", (plate) => {
  expect(isPlate(plate)).toBe(false);
});

test("whatever is typed, a plate never outgrows eight places and holds no I and no O", () => {
  const letters = fc.array(fc.constantFrom(..."苏ABIOZ0189io"), { maxLength: 20 });
  fc.assert(
    fc.property(letters, (keys) => {
      const plate = keys.reduce(typed, "苏");
      expect(plate.length).toBeLessThanOrEqual(8);
      expect(plate.slice(1)).not.toMatch(/[IO]/u);
      expect(plate.charAt(1)).toMatch(/^[A-Z]?$/u);
    }),
  );
});

test("a vehicle goes on when everybody in it does, and only then", () => {
  const goes = (...passed: boolean[]) =>
    passageOfVehicle(
      van({ passed: Object.fromEntries(passed.map((one, place) => [`p${place}`, one])) }),
      "in",
      WORLD,
      "cn-2021-08.1",
    );
  expect(goes(true, true)).toMatchObject({ crossed: true, verdict: "admit", reasons: [], aboard: 2, at: 9_500 });
  for (const passed of [[true], [true, false], []])
    expect(goes(...passed)).toMatchObject({ crossed: false, verdict: "hold", reasons: ["vehicle.occupants"] });
  expect([left(van()), left(van({ passed: { a: true, b: false, c: true } }))]).toEqual([2, 0]);
});

test("what it brings and to whom is said where it was written down", () => {
  const said = passageOfVehicle(van({ goods: "大米", receiver: "3-2-502" }), "in", WORLD, "p.1");
  expect(said).toMatchObject({ goods: "大米", receiver: "3-2-502", subject: { kind: "vehicle", plate: "苏C12345" } });
  expect(Object.keys(passageOfVehicle(van(), "in", WORLD, "p.1"))).not.toContain("goods");
});

test("who was held and is checked again is one person, and who was taken back is checked anew", () => {
  const held = withPassage(van(), "driver", false);
  const again = withPassage(held, "driver again", true, "driver");
  expect([left(held), left(again)]).toEqual([1, 1]);
  const both = withPassage(again, "other", true);
  expect(passageOfVehicle(both, "in", WORLD, "p.1")).toMatchObject({ crossed: true, verdict: "admit" });
  expect(left(withoutPassage(both, "other"))).toBe(1);
});
