// The bot's own small HTTP server on loopback: /healthz for the supervisor and the load balancer, /intake/events for mail events.
import type { AddressInfo } from 'node:net';
import { type HttpBindings, serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { HealthItem } from '../context.js';
import { UserError } from '../errors.js';
import { type IntakeOptions, mountIntake } from './intake.js';

export interface WebServer {
  port: number;
  stop(): Promise<void>;
}

/** A request that has not come whole by then is ended: it holds one of few places. */
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * Serves GET /healthz: 200 when every item is ok, else 503; the body names each item in words. With `intake`, POST /intake/events.
 * `listen` is host:port; port 0 takes a free one.
 */
export async function startWeb(listen: string, health: () => HealthItem[], intake?: IntakeOptions): Promise<WebServer> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get('/healthz', (c) => {
    const items = health();
    const ok = items.every((item) => item.ok);
    return c.json({ ok, items }, ok ? 200 : 503);
  });
  if (intake) mountIntake(app, intake);
  const at = listen.lastIndexOf(':');
  const hostname = listen.slice(0, at).replace(/^\[|\]$/g, '');
  const server = serve({
    fetch: app.fetch,
    hostname,
    port: Number(listen.slice(at + 1)),
    serverOptions: { requestTimeout: REQUEST_TIMEOUT_MS },
  });
  await new Promise<void>((listening, failed) => {
    server.once('listening', listening);
    server.once('error', (cause) =>
      failed(new UserError(`web.listen: cannot listen on ${listen}: ${cause.message}`, { cause })),
    );
  });
  const { port } = server.address() as AddressInfo;
  return { port, stop: () => new Promise((stopped) => server.close(() => stopped())) };
}
