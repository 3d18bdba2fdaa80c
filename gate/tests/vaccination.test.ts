import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Product, stateOf } from "../src/domain/vaccination.ts";
import { VECTORS } from "./packs.ts";

interface Case {
  readonly vaccine: string | null;
  readonly doses: number;
  readonly state: string;
}
const read = (url: URL): unknown => JSON.parse(readFileSync(url, "utf8"));
const { cases } = read(new URL("vaccination/states.json", VECTORS)) as { readonly cases: readonly Case[] };
const products = read(new URL("../../kakou/screening/vaccines/products.json", VECTORS)) as Record<string, Product>;

test.each(cases)("$doses of $vaccine", ({ vaccine, doses, state }) => {
  expect(stateOf(products, vaccine, doses)).toBe(state);
});
