/** Telephone numbers as the ledger takes them: the same as `kakou/people/rules/phones.py`. */

/** What people write between the digits. */
export const BETWEEN = /[\s·\-‐‑–—−()]/gu;
const HERE = /^(?:(?:(?:\+|00)?86)?1[3-9]\d{9}|(?:0|(?:\+|00)860?)[1-9]\d{1,2}[2-9]\d{6,7})$/u;
const ABROAD = /^(?:\+|00)(?!86)[1-9]\d{6,14}$/u;

/** Can it be dialled? A mobile or a landline of the mainland, or any other with + and its country. */
export function isPhone(text: string): boolean {
  const number = text.normalize("NFKC").replaceAll(BETWEEN, "");
  return HERE.test(number) || ABROAD.test(number);
}
