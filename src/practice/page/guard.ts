// Keeps the page to this machine: no other site may read it (Host) or act through it (Origin).
import type { MiddlewareHandler } from 'hono';

const ownNames = ['127.0.0.1', 'localhost', '[::1]'];

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: https:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Refuses requests for other hosts, and writes that come from elsewhere or carry anything but JSON. */
export function guard(): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header('host') ?? '';
    const name = host.replace(/:\d+$/, '');
    if (!ownNames.includes(name)) return context.text('This page answers on 127.0.0.1 only.', 421);
    if (context.req.method !== 'GET') {
      const origin = context.req.header('origin');
      if (origin !== `http://${host}`) return context.text('Not from this page.', 403);
      if (!(context.req.header('content-type') ?? '').startsWith('application/json'))
        return context.text('JSON only.', 415);
    }
    await next();
    context.header('content-security-policy', policy);
    context.header('x-content-type-options', 'nosniff');
    context.header('referrer-policy', 'no-referrer');
    context.header('cache-control', 'no-store');
  };
}
