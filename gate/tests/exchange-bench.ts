/** How much of a series so many usual passages make: `node gate/tests/exchange-bench.ts 200` prints it as JSON. */
import { linked } from "../src/domain/chain.ts";
import { type Carried, packedOf, proofOf } from "../src/domain/exchange.ts";
import { idAt } from "../src/domain/ids.ts";
import type { Item } from "../src/domain/outbox.ts";
import { START } from "../src/domain/outbox.ts";
import { CHUNK, partsOf } from "../src/domain/series.ts";
import { OVERHEAD, PACKED } from "../src/exchange/sealed.ts";
import { packed } from "../src/packing.ts";

const [many = 200] = process.argv.slice(2).map(Number);
const lots = () => crypto.getRandomValues(new Uint8Array(10));
const HOURS = Array.from({ length: many }, (_, n) => 1_628_570_760_000 + n * 24_337);
let head = START;
const told: Carried[] = HOURS.map((at, n) => {
  const [isVisitor, direction] = [n % 4 === 0, n % 2 === 0 ? "in" : "out"];
  const subject = isVisitor
    ? { kind: "person", phone: `1380013${String(8_000 + ((n * 37) % 2_000))}` }
    : { kind: "person", pass: idAt(at, lots()) };
  const temperature = { temperature: 360 + ((n * 7) % 12), temperature_at: at, temperature_by: "forehead" };
  const usual = { health: "green", health_how: "live", mask: "correct", origin: "low", vaccination: "full" };
  const said = {
    id: idAt(at, lots()),
    at,
    offset: 120,
    direction,
    crossed: true,
    who: isVisitor ? "visitor" : "resident",
  };
  const rest = { subject, checks: { ...temperature, ...usual }, verdict: "admit", reasons: [], pack: "cn-2021-08.1" };
  const made = linked(head, { ...said, ...rest, recorder: 17 });
  head = made.head;
  return {
    device: 7,
    item: made.item as unknown as Item,
    proof: proofOf(new Uint8Array(32), made.item as unknown as Item),
  };
});
const bytes = (await packed(packedOf(told), PACKED)).length + OVERHEAD;
process.stdout.write(JSON.stringify({ passages: many, bytes, codes: partsOf(bytes), chunk: CHUNK }));
