// Slack's end of Socket Mode: hands out a WebSocket address, says hello, wraps deliveries in envelopes, waits for acks.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Ack, ackTimeoutMs, type Delivery, type Envelope, lateAck } from './delivery.js';
import { isJson, type Json, parseJson, str } from './json.js';
import { closeServer } from './web-api.js';

export interface SocketModeStandIn extends Delivery {
  /** For SlackStandInOptions.openConnection. */
  openConnection(token: string): Json;
  /** How many sockets the bot holds now. */
  connections(): number;
  /** Sends the same envelope again, as Slack does when an ack got lost: same payload, same or new envelope id. */
  repeatLast(options?: { newEnvelopeId?: boolean }): void;
  /** Asks the bot to reconnect (`refresh_requested`, `warning`, `link_disabled`) and closes its sockets. */
  disconnect(reason?: 'refresh_requested' | 'warning' | 'link_disabled'): void;
  /** Cuts every socket without a word. */
  drop(): void;
  /** While down, sockets are cut and neither new ones nor addresses are given. */
  setDown(isDown: boolean): void;
  close(): Promise<void>;
}

/** Starts the socket server on a free loopback port. `appToken` is the only token that gets an address. */
export async function startSocketMode(appToken: string): Promise<SocketModeStandIn> {
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  const waiting = new Map<string, (ack: Ack) => void>();
  let isDown = false;
  let last: Json | undefined;
  http.on('upgrade', (request, socket, head) => {
    if (isDown) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (connection) => welcome(connection, sockets.clients.size, waiting));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const everyone = (message: Json) => {
    for (const connection of sockets.clients) connection.send(JSON.stringify(message));
  };
  const drop = () => {
    for (const connection of sockets.clients) connection.terminate();
  };

  return {
    openConnection: (token) => {
      if (isDown) return { ok: false, error: 'internal_error' };
      if (token !== appToken) return { ok: false, error: 'invalid_auth' };
      return { ok: true, url: `ws://127.0.0.1:${port}/link?ticket=${randomUUID()}` };
    },
    connections: () => sockets.clients.size,
    deliver: (envelope) => {
      const connection = [...sockets.clients][0];
      if (!connection)
        return Promise.resolve({ ok: false, reason: 'dispatch_failed', text: 'This app is not connected.' });
      last = wrapped(envelope);
      return sendAndWait(connection, last, waiting);
    },
    repeatLast: ({ newEnvelopeId = false } = {}) => {
      if (last) everyone({ ...last, ...(newEnvelopeId ? { envelope_id: randomUUID() } : {}) });
    },
    disconnect: (reason = 'refresh_requested') => {
      everyone({ type: 'disconnect', reason, debug_info: { host: 'practice' } });
      for (const connection of sockets.clients) connection.close();
    },
    drop,
    setDown: (down) => {
      isDown = down;
      if (down) drop();
    },
    close: async () => {
      drop();
      sockets.close();
      await closeServer(http);
    },
  };
}

function welcome(connection: WebSocket, count: number, waiting: Map<string, (ack: Ack) => void>): void {
  connection.on('message', (data) => {
    const message = parseJson(String(data));
    if (!isJson(message)) return;
    const body = message.payload;
    const settle = waiting.get(str(message.envelope_id));
    settle?.({ ok: true, body: isJson(body) && Object.keys(body).length > 0 ? body : undefined });
  });
  connection.send(
    JSON.stringify({
      type: 'hello',
      num_connections: count,
      debug_info: { host: 'practice', approximate_connection_time: 18_060 },
      connection_info: { app_id: 'practice' },
    }),
  );
}

function wrapped(envelope: Envelope): Json {
  const isEvent = envelope.kind === 'events_api';
  const retry = isEvent ? { retry_attempt: envelope.retryNum ?? 0, retry_reason: envelope.retryReason ?? '' } : {};
  return {
    envelope_id: randomUUID(),
    type: envelope.kind,
    accepts_response_payload: !isEvent,
    payload: envelope.payload,
    ...retry,
  };
}

function sendAndWait(connection: WebSocket, message: Json, waiting: Map<string, (ack: Ack) => void>): Promise<Ack> {
  const id = str(message.envelope_id);
  return new Promise((resolve) => {
    const settle = (ack: Ack) => {
      clearTimeout(timer);
      waiting.delete(id);
      resolve(ack);
    };
    const timer = setTimeout(() => settle(lateAck()), ackTimeoutMs);
    waiting.set(id, settle);
    connection.send(JSON.stringify(message));
  });
}
