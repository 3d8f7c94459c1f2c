// How the stand-in reaches the bot: HTTP requests signed as Slack signs them, or whatever else carries a payload.
import { createHmac, randomUUID } from 'node:crypto';
import { isJson, type Json, parseJson } from './json.js';

/** Slack waits this long for an ack. */
export const ackTimeoutMs = 3000;

export type Envelope =
  | { kind: 'interactive'; payload: Json }
  | { kind: 'slash_commands'; payload: Json }
  | { kind: 'events_api'; payload: Json; retryNum?: number; retryReason?: string };

export type Ack =
  | { ok: true; body: Json | string | undefined }
  /** `reason` is what Slack would tell the person. */
  | { ok: false; status?: number; reason: 'operation_timeout' | 'dispatch_failed'; text: string };

export interface Delivery {
  deliver(envelope: Envelope): Promise<Ack>;
}

/** Delivers by POST to a Bolt HTTPReceiver's URL (`http://127.0.0.1:PORT/slack/events`). `url` is asked for each time. */
export function httpDelivery(url: () => string, signingSecret: string, timeoutMs = ackTimeoutMs): Delivery {
  return {
    async deliver(envelope) {
      const isEvent = envelope.kind === 'events_api';
      const body = isEvent ? JSON.stringify(envelope.payload) : formBody(envelope.kind, envelope.payload);
      const retry: Record<string, string> =
        isEvent && envelope.retryNum
          ? {
              'x-slack-retry-num': String(envelope.retryNum),
              'x-slack-retry-reason': envelope.retryReason ?? 'http_error',
            }
          : {};
      const type = isEvent ? 'application/json' : 'application/x-www-form-urlencoded';
      const headers = { ...signedHeaders(body, signingSecret), ...retry, 'content-type': type };
      return post(url(), body, headers, timeoutMs);
    },
  };
}

/** The headers that prove that a body comes from Slack (signature version 0). */
export function signedHeaders(body: string, secret: string, atMs: number = Date.now()): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1000));
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${digest}` };
}

function formBody(kind: 'interactive' | 'slash_commands', payload: Json): string {
  if (kind === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return new URLSearchParams(Object.entries(payload).map(([key, value]) => [key, String(value)])).toString();
}

async function post(url: string, body: string, headers: Record<string, string>, timeoutMs: number): Promise<Ack> {
  try {
    const answer = await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(timeoutMs) });
    const text = await answer.text();
    if (!answer.ok) return failedAck(answer.status);
    return { ok: true, body: ackBody(text) };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    return timedOut ? lateAck() : failedAck(undefined);
  }
}

function ackBody(text: string): Json | string | undefined {
  if (text.trim() === '') return undefined;
  const parsed = parseJson(text);
  return isJson(parsed) ? parsed : text;
}

export function lateAck(): Ack {
  return {
    ok: false,
    reason: 'operation_timeout',
    text: 'Operation timed out. Apps need to respond within 3 seconds.',
  };
}

function failedAck(status: number | undefined): Ack {
  const text = status === undefined ? 'This app is not reachable.' : `This app responded with Status Code ${status}.`;
  return { ok: false, ...(status === undefined ? {} : { status }), reason: 'dispatch_failed', text };
}

/** The outer form of an Events API delivery. */
export function eventEnvelope(event: Json, teamId: string, appId: string, botUserId: string, eventId?: string): Json {
  return {
    token: 'practice',
    team_id: teamId,
    api_app_id: appId,
    event,
    type: 'event_callback',
    event_id: eventId ?? `Ev${randomUUID().replaceAll('-', '').slice(0, 12).toUpperCase()}`,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      { enterprise_id: null, team_id: teamId, user_id: botUserId, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
  };
}
