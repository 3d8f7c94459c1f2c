// The two things Slack hands an app with a click that run out: trigger ids (3 s, once) and response URLs (5 uses, 30 min).
import { randomBytes } from 'node:crypto';

const triggerLifeMs = 3000;
const responseUrlLifeMs = 30 * 60_000;
const responseUrlUses = 5;

/** What a trigger id stands for: whose screen a modal may be opened on, and over which view. */
interface Trigger {
  userId: string;
  viewId?: string;
}

export class Triggers {
  private readonly open = new Map<string, Trigger & { expiresAtMs: number }>();
  private readonly taken = new Set<string>();

  constructor(private readonly lifeMs = triggerLifeMs) {}

  issue(trigger: Trigger): string {
    const id = `${Date.now()}.${randomBytes(4).readUInt32BE()}.${randomBytes(12).toString('hex')}`;
    dropOld(this.open);
    this.open.set(id, { ...trigger, expiresAtMs: Date.now() + this.lifeMs });
    return id;
  }

  /** Uses the trigger up, or returns Slack's error code. */
  take(id: string): Trigger | 'invalid_trigger_id' | 'trigger_expired' | 'exchanged_trigger_id' {
    const trigger = this.open.get(id);
    if (!trigger) return this.taken.has(id) ? 'exchanged_trigger_id' : 'invalid_trigger_id';
    if (trigger.expiresAtMs < Date.now()) return 'trigger_expired';
    this.open.delete(id);
    this.taken.add(id);
    return trigger;
  }
}

/** Where an answer to a response URL goes. */
export interface ResponseTarget {
  userId: string;
  channel: string;
  threadTs?: string;
  /** The message that was pressed, or the first answer of a slash command once there is one. */
  original?: { ts: string; isEphemeral: boolean };
}

interface OpenResponseUrl extends ResponseTarget {
  usesLeft: number;
  expiresAtMs: number;
}

export class ResponseUrls {
  private readonly open = new Map<string, OpenResponseUrl>();

  issue(target: ResponseTarget): string {
    const token = randomBytes(16).toString('hex');
    dropOld(this.open);
    this.open.set(token, { ...target, usesLeft: responseUrlUses, expiresAtMs: Date.now() + responseUrlLifeMs });
    return token;
  }

  /** Counts one use; the returned target may be changed (`original`) by whoever answers. */
  use(token: string): ResponseTarget | 'expired_url' | 'used_url' {
    const url = this.open.get(token);
    if (!url || url.expiresAtMs < Date.now()) return 'expired_url';
    if (url.usesLeft === 0) return 'used_url';
    url.usesLeft -= 1;
    return url;
  }

  /** The target without counting a use: the body of a slash command's ack is an answer, too. */
  target(token: string): ResponseTarget | undefined {
    return this.open.get(token);
  }
}

const rememberedMs = 60 * 60_000;

/** Forgets what ran out long ago; until then it can still be told apart from what never was. */
function dropOld(open: Map<string, { expiresAtMs: number }>): void {
  for (const [key, { expiresAtMs }] of open) {
    if (expiresAtMs > Date.now() - rememberedMs) return;
    open.delete(key);
  }
}
