/**
 * Which kind of code a text is, by its form alone: whether it is genuine, or known here, others find out.
 *
 * What a gate is shown: our pass, a phone's enrolment (…/gate/#…), a badge of staff (`KB1:`), a lease (`KL1:`) and an
 * exchange (`KX1:`) between phones, an EU certificate, a SMART Health Card, a place's code (…/p/…), a resident's number.
 */
import { type Enrolment, enrolmentIn } from "../domain/enrolment.ts";
import { passId } from "../domain/pass.ts";

export type Scanned =
  | { readonly kind: "pass"; readonly id: string }
  | ({ readonly kind: "enrolment" } & Enrolment)
  | { readonly kind: "badge" | "lease" | "exchange" | "dcc" | "shc" | "other"; readonly text: string }
  | { readonly kind: "place"; readonly code: string; readonly host: string }
  | { readonly kind: "resident"; readonly number: string };

const PREFIXES = [
  ["KB1:", "badge"],
  ["KL1:", "lease"],
  ["KX1:", "exchange"],
  ["HC1:", "dcc"],
  ["shc:/", "shc"],
] as const;
const RESIDENT = /^[1-9][0-9]{5}([12][0-9]{3})([01][0-9])([0-3][0-9])[0-9]{3}[0-9Xx]$/;
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = "10X98765432";

/** The kind of a text as scanned; spaces around it count for nothing. */
export function kindOf(scanned: string): Scanned {
  const text = scanned.trim();
  const prefix = PREFIXES.find(([begins]) => text.startsWith(begins) && text.length > begins.length);
  if (prefix) return { kind: prefix[1], text };
  return enrolment(text) ?? pass(text) ?? resident(text) ?? place(text) ?? { kind: "other", text };
}

function pass(text: string): Scanned | null {
  const id = passId(text);
  return id === null ? null : { kind: "pass", id };
}

function enrolment(text: string): Scanned | null {
  const found = enrolmentIn(text);
  return found && { kind: "enrolment", ...found };
}

/** GB 11643: the eighteenth place checks the others (ISO 7064 MOD 11-2), and there is a day of birth in them. Codes of
 * payment apps have eighteen digits too: one in eleven has the right check digit, hardly one has a day of birth as well. */
function resident(text: string): Scanned | null {
  const [, year, month, day] = RESIDENT.exec(text) ?? [];
  if (!isDay(Number(year), Number(month), Number(day))) return null;
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(text.charAt(place)), 0);
  const number = text.toUpperCase();
  return number.charAt(17) === CHECKS.charAt(sum % 11) ? { kind: "resident", number } : null;
}

function isDay(year: number, month: number, day: number): boolean {
  if (!(year >= 1880 && year < 2100 && month >= 1 && month <= 12 && day >= 1)) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day <= days;
}

function place(text: string): Scanned | null {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const { pathname, host } = new URL(text);
  const [, code] = /^\/p\/([^/]+)\/?$/.exec(pathname) ?? [];
  return code ? { kind: "place", code, host } : null;
}
