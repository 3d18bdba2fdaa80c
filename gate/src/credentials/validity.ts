/** Dates: of a credential, and of the key that signed it. */
import { Refused } from "./refusals.ts";

/** Is `at` between these times (epoch ms), both included? Without an end it is for good. Throws Refused. */
export function checkValidity(at: number, begins: number, ends: number | null): void {
  if (at < begins) throw new Refused("not_yet_valid", "validity");
  if (ends !== null && at > ends) throw new Refused("expired", "validity");
}
