/**
 * The state of somebody's vaccination from product and doses.
 *
 * The same as `kakou/screening/vaccines`; contracts/vectors/vaccination binds both. The products come with the bundle.
 */

/** Of a product: how many doses are a whole course, null where nobody tells. */
export interface Product {
  readonly doses: number | null;
}

export type Vaccination = "none" | "partial" | "full" | "boosted" | "unknown";

/** "unknown" where nobody can tell whether the course is whole. */
export function stateOf(
  products: Readonly<Record<string, Product>>,
  vaccine: string | null,
  doses: number,
): Vaccination {
  if (doses === 0) return "none";
  const course = vaccine !== null && Object.hasOwn(products, vaccine) ? products[vaccine]?.doses : null;
  if (!course) return "unknown";
  if (doses < course) return "partial";
  return doses === course ? "full" : "boosted";
}
