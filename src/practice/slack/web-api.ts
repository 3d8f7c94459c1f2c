// The HTTP face of the stand-in: `/api/<method>` as @slack/web-api calls it and `/respond/<token>` for response URLs.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chatMethods, type Method } from './chat.js';
import type { Core } from './core.js';
import { directoryMethods } from './directory-methods.js';
import type { Failures } from './failures.js';
import { isJson, type Json, obj, parseJson } from './json.js';
import { answer } from './responses.js';
import { viewMethods } from './views-methods.js';

/** One call the bot made, for tests. */
export interface LoggedCall {
  /** The Web API method, or `response_url`. */
  method: string;
  args: Json;
  /** What was answered; absent when a failure was planned. */
  answer?: Json;
  atMs: number;
}

interface WebApi {
  port: number;
  calls: LoggedCall[];
  close(): Promise<void>;
}

interface WebApiParts {
  core: () => Core;
  botToken: string;
  failures: Failures;
  /** Answers apps.connections.open for the app token, when Socket Mode is played. */
  openConnection: ((token: string) => Json) | undefined;
}

const methods: Record<string, Method> = { ...directoryMethods, ...chatMethods, ...viewMethods };
const mostCallsKept = 5000;

export async function startWebApi(parts: WebApiParts, port: number): Promise<WebApi> {
  const calls: LoggedCall[] = [];
  const server = createServer((request, response) => {
    serve(parts, calls, request, response).catch((error: unknown) => {
      send(response, 500, { ok: false, error: 'fatal_error', detail: String(error) });
    });
  });
  await listen(server, port);
  return { port: (server.address() as AddressInfo).port, calls, close: () => closeServer(server) };
}

async function serve(
  parts: WebApiParts,
  calls: LoggedCall[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const args = { ...Object.fromEntries(url.searchParams), ...parseBody(request, await readBody(request)) };
  const respondToken = /^\/respond\/([0-9a-f]+)$/.exec(url.pathname)?.[1];
  const method = respondToken ? 'response_url' : /^\/api\/([\w.]+)$/.exec(url.pathname)?.[1];
  if (method === undefined) return send(response, 404, { ok: false, error: 'unknown_method' });

  const call: LoggedCall = { method, args, atMs: Date.now() };
  calls.push(call);
  if (calls.length > mostCallsKept) calls.shift();
  const work = () => (respondToken ? respond(parts, respondToken, args) : callMethod(parts, method, args, request));
  const failure = parts.failures.take(method);
  if (!failure) {
    const { status, body } = await work();
    call.answer = body;
    return send(response, status, body);
  }
  if (failure.afterEffect) await work();
  if (failure.hang) return;
  if (failure.retryAfter !== undefined) response.setHeader('retry-after', String(failure.retryAfter));
  const status = failure.retryAfter !== undefined ? 429 : (failure.status ?? 200);
  send(response, status, { ok: false, error: failure.error ?? (status === 429 ? 'ratelimited' : 'internal_error') });
}

interface Answer {
  status: number;
  body: Json;
}

async function callMethod(parts: WebApiParts, method: string, args: Json, request: IncomingMessage): Promise<Answer> {
  const token = tokenOf(request, args);
  if (token === '') return ok({ ok: false, error: 'not_authed' });
  if (method === 'apps.connections.open')
    return ok(parts.openConnection?.(token) ?? { ok: false, error: 'invalid_auth' });
  if (token !== parts.botToken) return ok({ ok: false, error: 'invalid_auth' });
  const { token: _token, ...rest } = args;
  const own = methods[method];
  if (own) return ok(await own(parts.core(), rest, token));
  return ok(
    await parts
      .core()
      .state.call(method, rest, token)
      .catch(() => ({ ok: false, error: 'unknown_method' })),
  );
}

async function respond(parts: WebApiParts, token: string, body: Json): Promise<Answer> {
  const target = parts.core().responseUrls.use(token);
  if (typeof target === 'string') return { status: 404, body: { ok: false, error: target } };
  const error = await answer(parts.core(), target, body);
  return error === undefined ? ok({ ok: true }) : { status: 400, body: { ok: false, error } };
}

function ok(body: Json): Answer {
  return { status: 200, body };
}

function tokenOf(request: IncomingMessage, args: Json): string {
  const header = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return header ?? (typeof args.token === 'string' ? args.token : '');
}

function parseBody(request: IncomingMessage, body: string): Json {
  if ((request.headers['content-type'] ?? '').includes('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(body));
  const parsed = parseJson(body);
  return isJson(parsed) ? parsed : obj(undefined);
}

const largestBodyBytes = 1_000_000;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const buffer = Buffer.from(chunk);
    size += buffer.length;
    if (size > largestBodyBytes) throw new Error('request body above 1 MB');
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: Json): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
