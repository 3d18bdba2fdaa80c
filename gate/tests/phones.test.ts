import { expect, test } from "vitest";
import cases from "../../contracts/vectors/subject/phones.json";
import { isPhone } from "../src/domain/phones.ts";

test.each(cases)("“$text” is taken as the ledger takes it", ({ text, is_number }) => {
  expect(isPhone(text)).toBe(is_number);
});
