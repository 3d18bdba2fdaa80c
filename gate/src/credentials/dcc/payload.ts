/** What an EU certificate says: a name, a date of birth, and vaccinations or tests or recoveries (schema 1.0.0 to 1.3.3). */
import type { CredentialRecord, Holder } from "../credential.ts";
import { misshapen } from "../refusals.ts";
import { isNothing, Pairs, type Value } from "../values.ts";

const MOST_ENTRIES = 16;
const NOTHING = { product: null, dose: null, doses: null, date: null, result: null } as const;

/** Holder and records. Exactly one of the groups v, t, r has entries; an empty or null group counts as none.
 * Throws Refused (malformed, layer payload). */
export function read(certificate: Pairs): { readonly holder: Holder; readonly records: CredentialRecord[] } {
  const told = Object.keys(READERS).filter((group) => !isNothing(certificate.get(group)));
  const entries = told.length === 1 ? certificate.get(told[0] ?? "") : null;
  const reader = READERS[told[0] ?? ""];
  if (!reader || !Array.isArray(entries) || entries.length > MOST_ENTRIES) throw misshapen();
  const listed = entries.map((entry: Value) => {
    if (!(entry instanceof Pairs)) throw misshapen();
    return entry;
  });
  return { holder: holderOf(certificate), records: listed.map(reader) };
}

function holderOf(certificate: Pairs): Holder {
  const names = certificate.get("nam");
  if (!(names instanceof Pairs)) throw misshapen();
  const [family, given] = [maybe(names, "fn"), maybe(names, "gn")];
  const standard = [maybe(names, "fnt"), maybe(names, "gnt")].filter((name) => name);
  const born = certificate.get("dob");
  if (!(family || given || standard.length > 0) || typeof born !== "string") throw misshapen();
  const name = [given, family].filter((part) => part).join(" ");
  return { name, standardName: standard.join("<<") || null, born };
}

const READERS: Readonly<Record<string, (entry: Pairs) => CredentialRecord>> = {
  v: (entry) => {
    const [, , product, , date, , certificateId] = texts(entry, ["tg", "vp", "mp", "ma", "dt", "co", "ci"]);
    const [dose, doses] = [count(entry, "dn"), count(entry, "sd")];
    return { ...NOTHING, kind: "vaccination", product, dose, doses, date, certificateId };
  },
  t: (entry) => {
    const [, , date, result, , certificateId] = texts(entry, ["tg", "tt", "sc", "tr", "co", "ci"]);
    const product = maybe(entry, "ma") || maybe(entry, "nm");
    return { ...NOTHING, kind: "test", product, date, result, certificateId };
  },
  r: (entry) => {
    const [, date, , , , certificateId] = texts(entry, ["tg", "fr", "df", "du", "co", "ci"]);
    return { ...NOTHING, kind: "recovery", date, certificateId };
  },
};

/** The fields, each of which must be there. */
function texts<const T extends readonly string[]>(entry: Pairs, wanted: T): { [K in keyof T]: string } {
  return wanted.map((name) => {
    const found = entry.get(name);
    if (typeof found !== "string") throw misshapen();
    return found;
  }) as { [K in keyof T]: string };
}

function maybe(entry: Pairs, name: string): string | null {
  const found = entry.get(name) ?? null;
  if (found !== null && typeof found !== "string") throw misshapen();
  return found;
}

function count(entry: Pairs, name: string): number {
  const found = entry.get(name);
  if (typeof found !== "bigint" || found < 0n || found > 99n) throw misshapen();
  return Number(found);
}
