/** A foreign certificate at the gate: verified by what the phone holds, and written into the check as its look. */
import type { Checking } from "../checking.ts";
import { begun, type Draft, withoutLook, withResult } from "../domain/check.ts";
import type { Ports, State, Tell } from "../state.ts";
import { courseOf, looksOf } from "./course.ts";
import type { Credential } from "./credential.ts";
import { PartsMissing, Refused, type Why } from "./refusals.ts";
import { partOf } from "./shc/digits.ts";
import { verify } from "./verifying.ts";

const PARTS_FOR = 60_000; // ms in which the parts of one card are scanned

export type Certificates = ReturnType<typeof createCertificates>;

export function createCertificates({ clock }: Ports, state: State, t: Tell, checking: Checking) {
  let parts: readonly string[] = [];
  let lastPart = Number.NEGATIVE_INFINITY;

  /** The text with the parts of the same card that were scanned before it. */
  function whole(scanned: string): string {
    const now = clock.now();
    const known = now - lastPart < PARTS_FOR ? parts : [];
    lastPart = now;
    parts = joined(known, scanned);
    return parts.join(" ");
  }

  async function show(scanned: string): Promise<void> {
    const { bundle, draft } = state;
    if (bundle === null) return;
    const found = await looked(whole(scanned), bundle.trust);
    if ((draft === null) !== (state.draft === null)) return; // whoever it was about is gone
    if (found instanceof PartsMissing) {
      state.fault = t("certificate_parts", { scanned: found.scanned, total: found.total });
      return;
    }
    parts = [];
    checking.open(written(state.draft ?? begun(state.settings.direction, "visitor", { kind: "person" }), found));
  }

  async function looked(text: string, trust: Parameters<typeof verify>[1]): Promise<Credential | Why | PartsMissing> {
    try {
      return await verify(text, trust, clock.now() + state.offset);
    } catch (failure) {
      if (!(failure instanceof Refused)) throw failure;
      return failure instanceof PartsMissing ? failure : failure.why;
    }
  }

  return { show };
}

/** The parts known of a card with one more; another card's begin anew. */
export function joined(known: readonly string[], scanned: string): string[] {
  const [part, text] = [partOf(scanned), scanned];
  const others = known.filter((one) => partOf(one)?.number !== part?.number);
  const isSame = part !== null && known.every((one) => partOf(one)?.of === part.of);
  const isOther = known.some((one) => one !== text && !others.includes(one));
  return isSame && !isOther ? [...others, text] : [text];
}

/** The draft with what the certificate says; what an earlier one said of a vaccination goes. */
export function written(draft: Draft, found: Credential | Why): Draft {
  const before = draft.holder === undefined ? draft : withoutLook(draft, "vaccination");
  if (typeof found === "string") return { ...withResult(before, "certificate", found), holder: "" };
  const valid = { ...withResult(before, "certificate", "valid"), holder: holderOf(found) };
  const course = courseOf(found.records);
  if (course === null) return valid;
  const { vaccination, ...more } = looksOf(course);
  return withResult(valid, "vaccination", vaccination, more);
}

function holderOf({ holder }: Credential): string {
  return holder ? [holder.name || holder.standardName, holder.born].filter((part) => part).join(" · ") : "";
}
