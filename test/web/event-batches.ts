// What senders of mail events send, for tests.
import { gzipSync } from 'node:zlib';

/** `count` deliveries, numbered from `from`: each is an event of its own. */
export function eventLines(count: number, from = 0): string {
  return Array.from({ length: count }, (_, i) => `${JSON.stringify(eventRecord(from + i))}\n`).join('');
}

export function eventRecord(number: number): Record<string, unknown> {
  return {
    type: 'delivered',
    time: new Date(Date.UTC(2026, 0, 14, 9) + number * 10).toISOString(),
    relay: 'relay1',
    id: `q${number}`,
    sender: 'info@scarlet-transport.example',
    recipient: `r${number}@receiver.example`,
    client_ip: '203.0.113.9',
  };
}

export interface PostOptions {
  token?: string | undefined;
  key?: string;
  gzip?: boolean;
  headers?: Record<string, string>;
}

export const TOKEN = 'a-token-of-many-characters';

export interface Answer {
  status: number;
  headers: Headers;
  body: {
    accepted?: number;
    rejected?: { line: number; error: string }[];
    rejectedCount?: number;
    repeated?: boolean;
    key?: string;
    error?: string;
  };
}

/** Posts a body as a sender does. Rejects when the connection breaks. */
export async function post(port: number, body: string | Buffer, options: PostOptions = {}): Promise<Answer> {
  const { token = TOKEN, key, gzip = false, headers = {} } = options;
  const response = await fetch(`http://127.0.0.1:${port}/intake/events`, {
    method: 'POST',
    body: new Uint8Array(gzip ? gzipSync(body) : Buffer.from(body)),
    headers: {
      'content-type': 'application/x-ndjson',
      ...('token' in options && options.token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
      ...headers,
    },
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
}
