// Messages that one person sees and nobody else: "Only visible to you".
import type { Json } from './json.js';

export interface Ephemeral {
  user: string;
  channel: string;
  ts: string;
  text: string;
  blocks: Json[];
  threadTs?: string;
  /** Slackbot speaks when the app could not. */
  from: 'app' | 'slackbot';
}

export class Ephemerals {
  private readonly all = new Map<string, Ephemeral>();
  private lastTs = 0;

  add(ephemeral: Omit<Ephemeral, 'ts'> & { ts?: string }): Ephemeral {
    const stored = { ...ephemeral, ts: ephemeral.ts ?? this.nextTs() };
    this.all.set(key(stored.user, stored.channel, stored.ts), stored);
    return stored;
  }

  find(user: string, channel: string, ts: string): Ephemeral | undefined {
    return this.all.get(key(user, channel, ts));
  }

  /** The person's, in order of time; in one channel when given. */
  of(user: string, channel?: string): Ephemeral[] {
    const own = [...this.all.values()].filter((ephemeral) => ephemeral.user === user);
    return own.filter((ephemeral) => channel === undefined || ephemeral.channel === channel).sort(byTs);
  }

  delete(ephemeral: Ephemeral): void {
    this.all.delete(key(ephemeral.user, ephemeral.channel, ephemeral.ts));
  }

  private nextTs(): string {
    this.lastTs = Math.max(Date.now() * 1000, this.lastTs + 1);
    return `${Math.floor(this.lastTs / 1_000_000)}.${String(this.lastTs % 1_000_000).padStart(6, '0')}`;
  }
}

function key(user: string, channel: string, ts: string): string {
  return `${user}/${channel}/${ts}`;
}

function byTs(a: Ephemeral, b: Ephemeral): number {
  return a.ts < b.ts ? -1 : 1;
}
