/** Enrols this phone by the code of the page “Phones”, scanned, pasted, or opened by the phone's own camera. */
import { enrolmentIn } from "../domain/enrolment.ts";
import type { Word } from "../i18n/words.ts";
import { type Device, NoAnswer, type Server } from "../ports.ts";

/** Why it did not come to it, in the app's words. */
export class NotEnrolled extends Error {
  readonly word: Word;
  readonly given: Readonly<Record<string, string>>;

  constructor(word: Word, given: Readonly<Record<string, string>> = {}) {
    super(word);
    this.word = word;
    this.given = given;
  }
}

/** Who this phone is from now on. `origin`: where the app was loaded from. Throws NotEnrolled. */
export async function enrolled(text: string, origin: string, server: Server): Promise<Device> {
  const found = enrolmentIn(text);
  if (found === null) throw new NotEnrolled("enrol_none");
  if (found.isNewer) throw new NotEnrolled("enrol_newer");
  if (found.server !== origin) throw new NotEnrolled("enrol_elsewhere", { server: found.server });
  try {
    return await server.enrol(found.server, found.token);
  } catch (failure) {
    if (!(failure instanceof NoAnswer)) throw failure;
    if (failure.status === 0 || failure.status === 503) throw new NotEnrolled("no_network");
    throw new NotEnrolled("enrol_refused", { text: failure.text || failure.code });
  }
}
