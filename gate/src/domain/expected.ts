/**
 * Visits that were announced, as the phone may suggest them. It knows of each the plate or last four, while
 * a shift is open; the whole telephone where this phone recorded it lately. Nobody verified who announced; nothing is decided by it.
 *
 * Made by kakou/ledger/bundle/expected.py; contracts/README.md ("The bundle", `expected`).
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { base64, bytesOf } from "./base64.ts";
import type { Said } from "./check.ts";
import { held } from "./past.ts";
import { BETWEEN, isPhone } from "./phones.ts";

/** One visit as a badge opens it; moments in epoch ms. `number`: plate, or last four of the telephone. */
export interface Expected {
  readonly tag: string;
  readonly kind: string;
  readonly purpose: string;
  readonly from: number;
  readonly until: number;
  readonly many: number;
  readonly door: string;
  readonly number: string;
  readonly name: string;
}

/** A suggestion. `number`: whole, "" while the phone does not know it; `ends`: its last four, "" too. */
export interface Hint extends Expected {
  readonly ends: string;
}

export const MARGIN = 7_200_000; // ms before and after the time announced: as kakou/ledger/queries/visits.py
const TAG = 16; // bytes
const ENDS = 4;

/** The tag of a number, as +8613812345678 or 苏C12345. `salt`: base64, of the bundle's roster. */
export function visitTag(salt: string, number: string): string {
  return base64(sha256(concatBytes(bytesOf(salt), utf8ToBytes(number))).slice(0, TAG));
}

/** A telephone number in the one form in which numbers are compared; null for none. As `normalise_phone` of
 * kakou/people/rules/phones.py. */
export function e164(text: string): string | null {
  if (!isPhone(text)) return null;
  const number = text
    .normalize("NFKC")
    .replaceAll(BETWEEN, "")
    .replace(/^00/u, "+")
    .replace(/^86(?=\d{11}$)/u, "+86");
  return number.startsWith("+") && !number.startsWith("+86") ? number : `+86${number.replace(/^(?:\+86)?0?/u, "")}`;
}

/** The one form in which the number of a passage is compared; null where it names none. */
export function numberOf(said: Pick<Said, "subject">): string | null {
  const { kind, plate, phone } = said.subject;
  if (kind === "vehicle") return plate ?? null;
  return phone === undefined ? null : e164(phone);
}

/** Who is expected about now and did not come in by this phone, by when they begin. `own`: what it recorded. */
export function hintsOf(
  visits: readonly Expected[],
  kind: "person" | "vehicle",
  at: number,
  salt: string,
  own: readonly Said[],
): readonly Hint[] {
  const now = visits.filter((one) => one.kind === kind && one.from - MARGIN <= at && at < one.until + MARGIN);
  if (now.length === 0) return [];
  const known = knownOf(salt, own);
  return now
    .filter(({ tag, from }) => !came(known.get(tag)?.passages ?? [], from - MARGIN))
    .map((one) => {
      const number = known.get(one.tag)?.number ?? (kind === "vehicle" ? one.number : "");
      return { ...one, number, ends: one.number.slice(-ENDS) };
    })
    .sort((one, other) => one.from - other.from || (one.tag < other.tag ? -1 : 1));
}

/** Those whom the typed number may mean. A whole number means only whose tag it makes; the beginning of a plate or the
 * last four of a telephone whoever is not known to be another. */
export function meant(hints: readonly Hint[], typed: string, salt: string): readonly Hint[] {
  const text = typed.replaceAll(/\s/gu, "").toUpperCase();
  if (text === "") return hints;
  const number = e164(text) ?? text;
  const tag = visitTag(salt, number);
  const same = hints.filter((hint) => hint.tag === tag);
  if (same.length > 0 || number !== text) return same;
  if (/^\d{1,4}$/u.test(text)) return hints.filter(({ ends }) => ends === "" || ends.startsWith(text));
  return hints.filter((hint) => hint.number === "" || hint.number.startsWith(text));
}

/** Whom exactly this number means: the visit that begins first. */
export function named(hints: readonly Hint[], number: string, salt: string): Hint | null {
  const whole = e164(number) ?? number;
  const tag = whole === "" ? "" : visitTag(salt, whole);
  return hints.find((hint) => hint.tag === tag) ?? null;
}

interface Known {
  readonly number: string;
  readonly passages: Said[];
}

function knownOf(salt: string, own: readonly Said[]): Map<string, Known> {
  const numbers = new Map<string, Known>();
  for (const said of held(own)) {
    const number = numberOf(said);
    if (number === null) continue;
    const known = numbers.get(number) ?? { number, passages: [] };
    known.passages.push(said);
    numbers.set(number, known);
  }
  return new Map([...numbers].map(([number, known]) => [visitTag(salt, number), known]));
}

function came(passages: readonly Said[], since: number): boolean {
  return passages.some((said) => said.crossed && said.direction === "in" && said.at + said.offset >= since);
}
