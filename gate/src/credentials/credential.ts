/** What a verified credential says, in one shape for every format. */

/** Whose credential it is; it is shown beside the person and never sent. `standardName`: as in a passport's lines. */
export interface Holder {
  readonly name: string;
  readonly standardName: string | null;
  readonly born: string | null;
}

/** One vaccination, test or recovery; codes and dates as their format writes them, null is not told. */
export interface CredentialRecord {
  readonly kind: "vaccination" | "test" | "recovery";
  readonly product: string | null;
  readonly dose: number | null;
  readonly doses: number | null;
  readonly date: string | null;
  readonly result: string | null;
  /** Leads to a person. */
  readonly certificateId: string | null;
}

export interface Credential {
  readonly kind: "dcc" | "shc";
  readonly issuer: string;
  readonly keyId: string;
  /** May the key sign this kind of record? "unknown": its extensions cannot be read. */
  readonly usage: "fits" | "unknown";
  readonly records: readonly CredentialRecord[];
  readonly holder: Holder | null;
}
