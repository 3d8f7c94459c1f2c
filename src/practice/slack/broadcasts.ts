// Replies that are sent to the channel, too (reply_broadcast): emulate keeps them in their thread alone, Slack's history has them in both.
// Source: https://docs.slack.dev/reference/events/message/thread_broadcast
import { type Core, readMessage } from './core.js';
import { type Json, list, obj, str } from './json.js';

/** Which messages of which channel they are, by `ts`, oldest first. */
export class Broadcasts {
  private readonly byChannel = new Map<string, Set<string>>();

  add(channel: string, ts: string): void {
    this.byChannel.set(channel, (this.byChannel.get(channel) ?? new Set()).add(ts));
  }

  remove(channel: string, ts: string): void {
    this.byChannel.get(channel)?.delete(ts);
  }

  has(channel: string, ts: string): boolean {
    return this.byChannel.get(channel)?.has(ts) ?? false;
  }

  of(channel: string): string[] {
    return [...(this.byChannel.get(channel) ?? [])];
  }
}

/** A message as Slack tells it: one that is in the channel besides its thread has a subtype. */
export function withSubtype({ broadcasts }: Core, channel: string, message: Json): Json {
  return broadcasts.has(channel, str(message.ts)) ? { ...message, subtype: 'thread_broadcast' } : message;
}

/** A page of a channel's history, newest first, with the broadcasts of its stretch: from after the next page up to its own cursor. */
export async function withBroadcasts(core: Core, { channel, cursor }: Json, answer: Json): Promise<Json> {
  const [from, to] = [str(obj(answer.response_metadata).next_cursor), str(cursor)];
  const isWithin = (ts: string) => (from === '' || ts > from) && (to === '' || ts <= to);
  const within = core.broadcasts.of(str(channel)).filter(isWithin);
  if (answer.ok !== true || within.length === 0) return answer;
  const found = await Promise.all(within.map((ts) => readMessage(core, str(channel), ts)));
  const also = found.flatMap((message) => (message ? [withSubtype(core, str(channel), message)] : []));
  return { ...answer, messages: [...list(answer.messages), ...also].sort(newestFirst) };
}

function newestFirst(a: Json, b: Json): number {
  return str(a.ts) < str(b.ts) ? 1 : -1;
}
