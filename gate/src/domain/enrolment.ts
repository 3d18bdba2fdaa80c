/** The code that enrols a phone: an address of this app with a single-use token behind the #, which no server is sent. */

export const HANDSHAKE = 1;

export interface Enrolment {
  readonly server: string;
  readonly token: string;
  /** Of a version that this app does not know: it must be renewed first. */
  readonly isNewer: boolean;
}

/** As scanned, typed, or opened by the phone's own camera; null for anything else. */
export function enrolmentIn(text: string): Enrolment | null {
  const found = /^(https?:\/\/[^/#?\s]+)\/gate\/#(\d{1,4})\.([A-Za-z0-9_-]{16,64})$/u.exec(text.trim());
  const [, server, version, token] = found ?? [];
  if (server === undefined || token === undefined) return null;
  return { server, token, isNewer: Number(version) > HANDSHAKE };
}
