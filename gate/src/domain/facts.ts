/**
 * What follows from a case before any rule is asked: how old a code is, how risky the places were on those days.
 *
 * The same as `kakou/screening/rules/facts.py`; contracts/vectors/verdict binds both.
 */

/** Levels of an area, the least first. */
export const LEVELS = ["local", "low", "prevention", "control", "medium", "high", "lockdown"] as const;

const MINUTE = 60_000;
const RISKY = LEVELS.indexOf("control"); // from here on a stay counts as one in a risk area

/** A place that has, or had, a risk level: division code, first and last day (null while it lasts), as 2021-08-10. */
export interface Area {
  readonly code: string;
  readonly level: string;
  readonly from: string;
  readonly to: string | null;
}

/** Where somebody was: division code, first and last day. */
export interface Stay {
  readonly code: string;
  readonly from: string;
  readonly to: string;
}

/** Somebody at a gate; what is absent was not said or not looked at. See `Case` in facts.py for every member. */
export interface Case {
  readonly at: number;
  readonly day: string;
  readonly direction?: string;
  readonly who?: string;
  readonly purpose?: string | null;
  readonly unit?: string | null;
  readonly management?: string | null;
  readonly checks?: Readonly<Record<string, unknown>>;
  readonly skipped?: Readonly<Record<string, string>>;
  readonly stays?: readonly Stay[];
  readonly record?: string;
  readonly pass_state?: string | null;
  readonly past?: Readonly<Record<string, number>>;
}

/** See `Facts` in facts.py. */
export interface Facts {
  readonly code_age: number | null;
  readonly travel_age: number | null;
  readonly worst: string | null;
  readonly near: string | null;
  readonly risk_days: number | null;
}

/** The facts of a case; stays that ended more than `lookbackDays` ago count no more. Throws for days that are none. */
export function factsOf(given: Case, areas: readonly Area[], lookbackDays: number): Facts {
  const checks = given.checks ?? {};
  const stays = staysOf(given, lookbackDays);
  const met = stays.flatMap((stay) => areas.filter((area) => overlap(stay, area)).map((area) => ({ stay, area })));
  const said = typeof checks.origin === "string" && rank(checks.origin) >= 0 ? [checks.origin] : [];
  const around = met.filter(({ stay, area }) => stay.code.startsWith(area.code));
  const inside = met.filter(({ stay, area }) => area.code !== stay.code && area.code.startsWith(stay.code));
  return {
    code_age: ageOf(given, checks.health_at),
    travel_age: ageOf(given, checks.travel_at),
    worst: highest([...said, ...around.map(({ area }) => area.level)]),
    near: highest(inside.map(({ area }) => area.level)),
    risk_days: riskDays(given, around),
  };
}

/** 2021-08-10 → a number of days, one more each day (Gregorian, day 1 is 0001-01-01). Throws for anything else. */
export function ordinal(day: string): number {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
  const [year, month, date] = found ? [Number(found[1]), Number(found[2]), Number(found[3])] : [0, 0, 0];
  if (year < 1 || month < 1 || month > 12 || date < 1 || date > daysIn(year, month))
    throw new Error(`not a day: ${day}`);
  const before = year - 1;
  let days = before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  for (let earlier = 1; earlier < month; earlier += 1) days += daysIn(year, earlier);
  return days + date;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Where he comes from today, and where he was within the days that count. */
function staysOf(given: Case, lookbackDays: number): Stay[] {
  const code = given.checks?.origin_from;
  const here = typeof code === "string" && code !== "" ? [{ code, from: given.day, to: given.day }] : [];
  return [...here, ...(given.stays ?? []).filter((stay) => ordinal(given.day) - ordinal(stay.to) <= lookbackDays)];
}

function overlap(stay: Stay, area: Area): boolean {
  return area.from <= stay.to && (area.to === null || area.to >= stay.from);
}

function rank(level: string): number {
  return (LEVELS as readonly string[]).indexOf(level);
}

function highest(levels: readonly string[]): string | null {
  return levels.reduce<string | null>(
    (best, level) => (best === null || rank(level) > rank(best) ? level : best),
    null,
  );
}

function ageOf(given: Case, made: unknown): number | null {
  return Number.isInteger(made) ? Math.floor((given.at - Number(made)) / MINUTE) : null;
}

function riskDays(given: Case, around: ReadonlyArray<{ stay: Stay; area: Area }>): number | null {
  const lasts = around
    .filter(({ area }) => rank(area.level) >= RISKY)
    .map(({ stay, area }) => (area.to !== null && area.to < stay.to ? area.to : stay.to));
  const last = lasts.reduce<string>((latest, day) => (day > latest ? day : latest), "");
  return last === "" ? null : ordinal(given.day) - ordinal(last);
}
