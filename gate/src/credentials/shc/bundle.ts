/** What a SMART Health Card says: a FHIR bundle with a patient, immunizations and test results. Only what was done and
 * reported as final is a record. */
import type { CredentialRecord, Holder } from "../credential.ts";
import { misshapen } from "../refusals.ts";
import { Pairs, type Value } from "../values.ts";

const FINAL: ReadonlyArray<Value | undefined> = ["final", "amended", "corrected"];
const NOTHING = { product: null, dose: null, doses: null, result: null, certificateId: null } as const;

/** Holder (null if no patient is told) and records, in the bundle's order. Throws Refused (malformed, layer payload). */
export function read(bundle: Pairs): { readonly holder: Holder | null; readonly records: CredentialRecord[] } {
  const entries = bundle.get("entry");
  if (bundle.get("resourceType") !== "Bundle" || !Array.isArray(entries)) throw misshapen();
  const resources = entries.map((entry: Value) => object(object(entry).get("resource")));
  const [patient, ...others] = resources.filter((found) => found.get("resourceType") === "Patient");
  if (others.length > 0) throw misshapen();
  return { holder: patient ? holderOf(patient) : null, records: resources.flatMap(recordOf) };
}

function holderOf(patient: Pairs): Holder {
  const [first = new Pairs()] = objects(patient.get("name"));
  const given = first.get("given") === undefined ? [] : first.get("given");
  if (!Array.isArray(given)) throw misshapen();
  const told = [...given.map((part: Value) => text(part)), maybe(first, "family") ?? ""];
  const name = told.filter((part) => part).join(" ") || maybe(first, "text");
  if (!name) throw misshapen();
  return { name, standardName: null, born: maybe(patient, "birthDate") };
}

function recordOf(found: Pairs): CredentialRecord[] {
  const [kind, status] = [found.get("resourceType"), found.get("status")];
  if (kind === "Immunization" && status === "completed") return [vaccination(found)];
  const result = kind === "Observation" && FINAL.includes(status) ? resultOf(found) : null;
  if (!result) return [];
  code(found.get("code"));
  return [{ ...NOTHING, kind: "test", date: maybe(found, "effectiveDateTime"), result }];
}

function vaccination(found: Pairs): CredentialRecord {
  const [protocol = new Pairs()] = objects(found.get("protocolApplied"));
  const product = code(found.get("vaccineCode"));
  const maker = found.get("manufacturer");
  if (maker !== undefined) maybe(object(maker), "display");
  const [dose, doses] = [count(protocol.get("doseNumberPositiveInt")), count(protocol.get("seriesDosesPositiveInt"))];
  return { ...NOTHING, kind: "vaccination", product, dose, doses, date: maybe(found, "occurrenceDateTime") };
}

function resultOf(found: Pairs): string | null {
  return code(found.get("valueCodeableConcept")) || maybe(found, "valueString");
}

/** The first code of a CodeableConcept. */
function code(concept: Value | undefined): string | null {
  if (concept === undefined || concept === null) return null;
  const [first] = objects(object(concept).get("coding"));
  return first ? maybe(first, "code") : null;
}

function object(found: Value | undefined): Pairs {
  if (!(found instanceof Pairs)) throw misshapen();
  return found;
}

function objects(found: Value | undefined): Pairs[] {
  if (found === undefined || found === null) return [];
  if (!Array.isArray(found)) throw misshapen();
  return found.map((entry: Value) => object(entry));
}

function text(found: Value): string {
  // JSON can hold half of a surrogate pair, which no page and no file can show
  if (typeof found !== "string" || /[\ud800-\udfff]/u.test(found)) throw misshapen();
  return found;
}

function maybe(found: Pairs, name: string): string | null {
  const told = found.get(name);
  return told === undefined || told === null ? null : text(told);
}

function count(found: Value | undefined): number | null {
  if (found === undefined || found === null) return null;
  if (typeof found !== "bigint" || found < 0n || found > 99n) throw misshapen();
  return Number(found);
}
