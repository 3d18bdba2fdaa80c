/** Codes that are not ours to a gate: foreign certificates, the number of an identity card, the code of a place. */
import type { Checking } from "./checking.ts";
import type { Certificates } from "./credentials/showing.ts";
import { begun } from "./domain/check.ts";
import { visitTag } from "./domain/expected.ts";
import type { Scanned } from "./scanner/kinds.ts";
import type { Ports, State, Tell } from "./state.ts";

const RESIDENT_ID = "10"; // as kakou/people/rules/documents.py numbers identity documents

export const isCertificate = ({ kind }: Scanned): boolean => kind === "dcc" || kind === "shc";

export function createCodes(ports: Ports, state: State, t: Tell, checking: Checking) {
  let certificates: Promise<Certificates> | null = null;

  /** It is verified by a piece of the app that is fetched when the first one is shown. */
  async function certificate(text: string): Promise<void> {
    certificates ??= import("./credentials/showing.ts").then((made) =>
      made.createCertificates(ports, state, t, checking),
    );
    try {
      await (await certificates).show(text);
    } catch {
      [certificates, state.fault] = [null, t("certificate_unready")];
    }
  }

  /** Who lives here is not known by a number alone: he is checked as a visitor. */
  function resident(no: string): void {
    const subject = { kind: "person", document: { kind: RESIDENT_ID, no } } as const;
    const called = t("id_card", { last: no.slice(-4) });
    checking.open({ ...begun(state.settings.direction, "visitor", subject), called });
  }

  /** It is for residents' own phones; where it hangs is known of this unit's own ones. */
  function place(code: string, host: string): string {
    const { bundle, device } = state;
    const isOurs = device !== null && new URL(device.server).host === host;
    const name = isOurs && bundle?.place.codes[visitTag(bundle.roster.salt, code.toLowerCase())];
    return name ? t("place_code_of", { place: name }) : t(isOurs ? "place_code_ours" : "place_code");
  }

  /** Tells what the code is for; false for one that is none of these. */
  return (found: Scanned): boolean => {
    if (found.kind === "dcc" || found.kind === "shc") void certificate(found.text);
    else if (found.kind === "resident") resident(found.number);
    else if (found.kind === "place") state.fault = place(found.code, found.host);
    else return false;
    return true;
  };
}
