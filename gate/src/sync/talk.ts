/** All that talks with the server and all that opens names, in one piece: it is fetched when the app stands. */
export { condition } from "../adapters/condition.ts";
export { server } from "../adapters/server.ts";
export { enrolled, NotEnrolled } from "../shift/enrolling.ts";
export { Shift } from "../shift/shift.ts";
export { Sync } from "./sync.ts";
