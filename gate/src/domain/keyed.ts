/**
 * Digits that come from a keyboard to the keypad: one by one from a hand, all at once from a thermometer that types. What a
 * code reader types is none of them, though it is full of digits.
 */

export const BURST = 80; // ms without a key that end what came together

/** The digits meant by keys that came together: a single one, or a whole reading as 36.5; none for anything else. */
export function digitsOf(burst: string): string {
  return /^\d$/u.test(burst) || /^\d\d\.?\d$/u.test(burst) ? burst.replace(".", "") : "";
}
