import { createServer, type Server as Http, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { server } from "../src/adapters/server.ts";
import { NoAnswer } from "../src/ports.ts";
import { DEVICE } from "./memory.ts";

let http: Http | null = null;
afterEach(() => http?.close());

async function there(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  http = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((done) => http?.once("listening", done));
  return { ...DEVICE, server: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
}

async function failureOf(act: Promise<unknown>): Promise<NoAnswer> {
  const failure = await act.then(
    () => null,
    (one) => one,
  );
  expect(failure).toBeInstanceOf(NoAnswer);
  return failure as NoAnswer;
}

test("the sign-in page of somebody's network is no server of ours", async () => {
  const device = await there((_, response) => {
    response.setHeader("Content-Type", "text/html").end("<h1>Welcome to the hotel</h1>");
  });
  for (const act of [() => server.upload(device, [], 1), () => server.bundle(device), () => server.past(device)]) {
    expect((await failureOf(act())).status).toBe(0);
  }
});

test("an answer that is cut off is no answer", async () => {
  const device = await there((_, response) => {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "100" });
    response.write('{"items": [');
    setTimeout(() => response.destroy(), 20);
  });
  expect((await failureOf(server.upload(device, [], 1))).status).toBe(0);
});

test("a refusal comes with the server's own words, and with how long it asked to wait", async () => {
  const device = await there((_, response) => {
    response.writeHead(503, { "Content-Type": "application/json", "Retry-After": "7" });
    response.end('{"code": "busy", "text": "later"}');
  });
  const failure = await failureOf(server.upload(device, [], 1));
  expect([failure.status, failure.code, failure.text, failure.retryAfter]).toEqual([503, "busy", "later", 7]);
});

test("a bundle that did not change still lengthens the lease", async () => {
  const device = await there((request, response) => {
    response.writeHead(request.headers["if-none-match"] === '"e"' ? 304 : 200, { "Kakou-Lease": "KL1:X" });
    response.end();
  });
  expect(await server.list(device, "e")).toEqual({ jws: null, lease: "KL1:X" });
});

test("somebody else's JSON is no answer of ours", async () => {
  const device = await there((_, response) => {
    response.setHeader("Content-Type", "application/json").end('{"code": 0}');
  });
  const status = { queue: 0, last_seq: 0, clock_at: 1, build: "1" };
  for (const act of [
    () => server.upload(device, [], 1),
    () => server.status(device, status),
    () => server.past(device),
  ])
    expect((await failureOf(act())).code).toBe("not-kakou");
});
