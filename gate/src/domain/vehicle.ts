/** A vehicle at the gate: its plate, and a passage for each who sits in it (R51). */
import type { Direction, Said, World } from "./check.ts";

export const PROVINCES = "苏京津沪渝冀豫云辽黑湘皖鲁新浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
const PLATE = new RegExp(`^[${PROVINCES}][A-HJ-NP-Z][A-HJ-NP-Z0-9]{5,6}$`, "u");
const LONGEST = 8; // GA 36: seven places, of new energy eight

/** `purpose`: of whoever sits in it, null for none; `passed`: passage of each who was checked so far → did he cross? */
export interface Vehicle {
  readonly id: string;
  readonly plate: string;
  readonly aboard: number;
  readonly goods: string;
  readonly receiver: string;
  readonly purpose: string | null;
  readonly passed: Readonly<Record<string, boolean>>;
}

/** Is it a whole civil plate of the mainland? Others are typed and taken as they are. */
export function isPlate(text: string): boolean {
  return PLATE.test(text);
}

/** The plate with one more place; what cannot follow changes nothing. */
export function typed(plate: string, letter: string): string {
  const next = plate + letter.toUpperCase();
  if (next.length > LONGEST || /[IO]/u.test(letter.toUpperCase())) return plate;
  return plate.length === 1 && !/[A-Z]/u.test(next.charAt(1)) ? plate : next;
}

/** The vehicle after somebody in it was checked. `before`: his passage of an earlier check, which counts no more. */
export function withPassage(vehicle: Vehicle, id: string, crossed: boolean, before: string = ""): Vehicle {
  const { [before]: _, ...others } = vehicle.passed;
  return { ...vehicle, passed: { ...others, [id]: crossed } };
}

/** The vehicle after a passage was taken back. */
export function withoutPassage(vehicle: Vehicle, id: string): Vehicle {
  const { [id]: _, ...passed } = vehicle.passed;
  return { ...vehicle, passed };
}

/** How many of those aboard were checked. */
export function checked(vehicle: Vehicle): number {
  return Object.keys(vehicle.passed).length;
}

/** How many of those aboard are still to be checked. */
export function left(vehicle: Vehicle): number {
  return Math.max(0, vehicle.aboard - checked(vehicle));
}

/** Was everybody in it checked, and did all of them cross? */
export function allCrossed(vehicle: Vehicle): boolean {
  return left(vehicle) === 0 && Object.values(vehicle.passed).every(Boolean);
}

/** The vehicle's own passage, when its people were checked: it goes on if all of them do. */
export function passageOfVehicle(vehicle: Vehicle, direction: Direction, world: World, pack: string): Said {
  const crossed = allCrossed(vehicle);
  const said = {
    id: vehicle.id,
    at: world.at - world.offset,
    offset: world.offset,
    direction,
    crossed,
    who: "driver" as const,
    subject: { kind: "vehicle" as const, plate: vehicle.plate },
    checks: {},
    verdict: crossed ? "admit" : "hold",
    reasons: crossed ? [] : ["vehicle.occupants"],
    pack,
    aboard: vehicle.aboard,
    ...(vehicle.purpose && { purpose: vehicle.purpose }),
    ...(vehicle.goods && { goods: vehicle.goods }),
    ...(vehicle.receiver && { receiver: vehicle.receiver }),
    ...(world.recorder !== null && { recorder: world.recorder }),
  };
  return said;
}
