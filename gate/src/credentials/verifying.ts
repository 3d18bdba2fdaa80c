/** One door for every format, as kakou/screening/credentials/verifying.py; contracts/vectors/credentials binds both. */
import type { Trust } from "../domain/bundle.ts";
import { MAX_TEXT } from "./bounded.ts";
import type { Credential } from "./credential.ts";
import { PREFIX, verifyDcc } from "./dcc/verifying.ts";
import { damaged, Refused } from "./refusals.ts";
import { SCHEME, WHITE } from "./shc/digits.ts";
import { verifyShc } from "./shc/verifying.ts";

const JWS = /^eyJ[\w-]*\.[\w.-]*$/u; // a JSON object in base64url
const AROUND = new RegExp(`^${WHITE.source}|${WHITE.source}$`, "gu");

/** What the text says, if it is genuine, in force at `at` (epoch ms) and not withdrawn. White space around it is passed
 * over; the parts of a card that is spread over several codes are given in one text, apart by white space.
 * Throws Refused and, for any text whatsoever, nothing else. */
export async function verify(text: string, trust: Trust, at: number): Promise<Credential> {
  if (text.length > 2 * MAX_TEXT || [...text].length > MAX_TEXT) throw damaged("text"); // characters, not halves
  const whole = text.replace(AROUND, "");
  if (whole === "") throw damaged("text");
  if (whole.startsWith(PREFIX)) return verifyDcc(whole, trust, at);
  if (whole.startsWith(SCHEME) || JWS.test(whole)) return verifyShc(whole, trust, at);
  throw new Refused("unsupported", "prefix");
}
