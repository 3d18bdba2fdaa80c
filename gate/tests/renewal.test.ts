import fc from "fast-check";
import { expect, test } from "vitest";
import { partsOf } from "../src/domain/parts.ts";
import { type Device, type Held, NoAnswer, type Server } from "../src/ports.ts";
import { renewal } from "../src/sync/renewal.ts";
import { DEVICE, Here, Standing } from "./memory.ts";
import { bundleOf, listOf, type Sections, sections, signer } from "./signing.ts";

const ours = await signer();
const theirs = await signer();
const device: Device = { ...DEVICE, key: ours.key };

/** Says what it is told to say; `tamper` changes what it answers, `lost` is the door whose answer does not arrive. */
class Says extends Here {
  said: Sections = {};
  at = 0;
  pen = ours;
  lost: string | null = null;
  tamper = (sent: Record<string, unknown>): Record<string, unknown> => sent;

  private arrives(door: keyof Server): void {
    this.asked.push(door);
    if (this.lost === door) throw new NoAnswer(0, "no-network");
  }
  override async bundle() {
    this.arrives("bundle");
    return { jws: await this.pen.sign(bundleOf(this.said, this.at), "kakou-bundle"), lease: null };
  }
  override async list(_: Device, etag: string) {
    this.arrives("list");
    const list = listOf(this.said, this.at);
    return { jws: etag === list.etag ? null : await this.pen.sign(list, "kakou-bundle-list"), lease: null };
  }
  override async parts(_: Device, names: readonly string[]) {
    this.arrives("parts");
    const parts = partsOf(this.said);
    return this.tamper(Object.fromEntries(names.map((name) => [name, parts.get(name)])));
  }
}

const says = (said: Sections, at: number) => Object.assign(new Says(new Standing()), { said, at });
const holding = (said: Sections, at: number): Held => ({ etag: bundleOf(said, at).etag, content: bundleOf(said, at) });
const SAID = {
  codes: { health: true, travel: false },
  roster: {
    salt: "s",
    passes: [
      ["Aa", "resident"],
      ["Bb", "visitor"],
    ],
  },
};
const CHANGED = { ...SAID, roster: { salt: "s", passes: [["Aa", "resident"]] } };

test("a phone without a bundle gets it whole, and later only what changed", async () => {
  const server = says(SAID, 1);
  const first = (await renewal(server, device, null)).fresh;
  expect(first?.content).toEqual(bundleOf(SAID, 1));
  [server.said, server.at] = [CHANGED, 2];
  expect((await renewal(server, device, first)).fresh?.content).toEqual(bundleOf(CHANGED, 2));
  expect(server.asked).toEqual(["bundle", "list"]); // a pass that is gone is gone with its part
});

test("however often an answer is lost, the next round that ends has the phone say what the server says", async () => {
  const round = fc.record({ said: sections, lost: fc.constantFrom(null, "list", "parts", "bundle") });
  await fc.assert(
    fc.asyncProperty(fc.array(round, { maxLength: 5 }), sections, async (rounds, last) => {
      const server = says({}, 0);
      let held: Held | null = null;
      for (const { said, lost } of [...rounds, { said: last, lost: null }]) {
        Object.assign(server, { said, lost, at: server.at + 1 });
        const before: Held | null = held;
        try {
          held = (await renewal(server, device, held)).fresh ?? held;
          expect(held?.etag).toBe(listOf(said, 0).etag);
        } catch (failure) {
          expect([failure instanceof NoAnswer, held]).toEqual([true, before]);
        }
      }
      expect({ ...held?.content, made_at: 0 }).toEqual(bundleOf(last, 0));
    }),
    { numRuns: 40 },
  );
});

test("a list that another key signed, or one that is for another phone, or an older one, is not taken", async () => {
  const held = holding(SAID, 5);
  const forged = Object.assign(says(CHANGED, 6), { pen: theirs });
  const replayed = says(CHANGED, 4);
  const stray = says(CHANGED, 6);
  const unknown = { status: 401, code: "unknown-key" }; // of another server: the phone is to be enrolled there
  await expect(renewal(forged, device, held)).rejects.toMatchObject(unknown);
  expect((await renewal(replayed, device, held)).fresh).toBeNull();
  await expect(renewal(stray, { ...device, id: device.id + 1 }, held)).rejects.toMatchObject(unknown);
  expect([forged, replayed, stray].map((server) => server.asked)).toEqual([["list"], ["list"], ["list"]]);
});

test("a bundle is no list, and a list is no bundle", async () => {
  const server = says(CHANGED, 6);
  const list = await server.list(device, "");
  server.list = async () => ({ ...(await server.bundle()), lease: null });
  await expect(renewal(server, device, holding(SAID, 5))).rejects.toMatchObject({ code: "unknown-key" });
  server.bundle = async () => ({ jws: list.jws ?? "", lease: null });
  await expect(renewal(server, device, null)).rejects.toMatchObject({ code: "unknown-key" });
});

test("parts that are not those of the list are not taken: the bundle is asked for whole", async () => {
  const [held, wanted] = [holding(CHANGED, 5), bundleOf(SAID, 6)];
  for (const tamper of [() => ({}), () => ({ "roster/B": [["Bb", "resident"]] }), () => ({ "roster/B": null })]) {
    const server = Object.assign(says(SAID, 6), { tamper });
    expect((await renewal(server, device, held)).fresh?.content).toEqual(wanted);
    expect(server.asked).toEqual(["list", "parts", "bundle"]);
  }
});

test("what was deleted from the phone comes back with the next contact", async () => {
  const people = { count: 2, sealed: ["x", ...Array(62).fill(""), "y"].join(".") };
  const said = { ...SAID, people };
  const left = bundleOf({ ...said, people: { count: 0, sealed: "" } }, 5);
  const fresh = (await renewal(says(said, 6), device, { etag: "", content: left })).fresh;
  expect(fresh?.content).toEqual(bundleOf(said, 6));
});
