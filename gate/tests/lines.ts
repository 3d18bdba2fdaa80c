/**
 * Judges what comes in, a JSON object a line, and answers a line each: how the server's tests ask the phone's code.
 *
 * {"pack": …} takes a pack; {"case": …, "areas": …} judges; {"expression": …, "data": …} evaluates;
 * {"pass": …} reads a pass.
 */
import { createInterface } from "node:readline";
import { evaluate } from "certlogic-js";
import type { Area, Case } from "../src/domain/facts.ts";
import type { Pack } from "../src/domain/pack.ts";
import { passId } from "../src/domain/pass.ts";
import { judge } from "../src/domain/verdict.ts";

interface Line {
  readonly pack?: Pack;
  readonly case?: Case;
  readonly areas?: readonly Area[];
  readonly expression?: unknown;
  readonly data?: unknown;
  readonly pass?: string;
}

let pack: Pack | undefined;

function answer(line: Line): unknown {
  if (line.pack) {
    pack = line.pack;
    return true;
  }
  if (line.case && pack) return judge(pack, line.case, line.areas);
  if (line.pass !== undefined) return { id: passId(line.pass) };
  try {
    return { value: evaluate(line.expression as never, line.data) };
  } catch {
    return { throws: true };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line) as Line))}\n`);
}
