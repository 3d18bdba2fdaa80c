/** What a verified credential says of its holder's vaccination, as `course_of` of kakou/screening/vaccines. */
import { ordinal } from "../domain/facts.ts";
import type { Vaccination } from "../domain/vaccination.ts";
import type { CredentialRecord } from "./credential.ts";

export const OTHER = "other";

export interface Course {
  readonly state: Vaccination;
  readonly vaccine: string;
  readonly doses: number;
  readonly doseOn: string | null;
}

/** null where there is no vaccination in it. The latest counts, and says by itself of how many doses it is: 3 of 3 and
 * 2 of 1 are whole and more. */
export function courseOf(records: readonly CredentialRecord[]): Course | null {
  const taken = records.filter((record) => record.kind === "vaccination" && record.dose);
  const last = taken.reduce<CredentialRecord | null>((best, one) => (best && !isLater(one, best) ? best : one), null);
  if (last === null) return null;
  const doses = last.dose ?? 0;
  return {
    state: stateOf(doses, last.doses),
    vaccine: last.product || OTHER,
    doses,
    doseOn: (last.date ?? "").slice(0, 10) || null,
  };
}

/** A course as the looks of a passage carry it: what the contract cannot carry is left out. */
export function looksOf(course: Course): Record<string, unknown> {
  const { state, vaccine, doses, doseOn } = course;
  return {
    vaccination: state,
    vaccine: /^[\w./-]{1,32}$/u.test(vaccine) ? vaccine : OTHER,
    ...(doses <= 9 && { doses }),
    ...(doseOn !== null && isDay(doseOn) && { dose_on: doseOn }),
  };
}

function isLater(one: CredentialRecord, best: CredentialRecord): boolean {
  const [date, known] = [one.date ?? "", best.date ?? ""];
  return date === known ? (one.dose ?? 0) > (best.dose ?? 0) : date > known;
}

function stateOf(dose: number, of: number | null): Vaccination {
  if (of === null) return "unknown";
  if (dose < of) return "partial";
  // a booster is told as one dose more than the first course had: 3/3 after 2/2, or 2/1 after 1/1
  return dose > of || dose >= 3 ? "boosted" : "full";
}

function isDay(text: string): boolean {
  try {
    return text.startsWith("20") && ordinal(text) > 0;
  } catch {
    return false;
  }
}
