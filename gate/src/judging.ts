/** The rules and what they ask of the past, in one piece: fetched when the app stands, before anybody can be looked at. */
export { knownOf, pastOf } from "./domain/past.ts";
export { judge } from "./domain/verdict.ts";
