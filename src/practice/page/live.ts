// What changes on the screens, pushed to every open page: each change is drawn once, from the latest state, in order.
import type { SlackStandIn, StandInEvent } from '../slack/index.js';

/** One push to a page; `event` names what the client does with `data`. */
interface Push {
  event: string;
  data: unknown;
}

interface Viewer {
  user: string;
  push(push: Push): void;
}

/** Draws what an event changed; undefined when there is nothing (left) to draw. */
export interface Draw {
  message(channel: string, ts: string): Promise<string | undefined>;
  ephemeral(user: string, channel: string, ts: string): string | undefined;
  modal(user: string): string;
  home(user: string): string;
}

export class Live {
  private readonly viewers = new Set<Viewer>();
  private readonly waiting = new Map<string, StandInEvent>();
  private isDrawing = false;
  private readonly stop: () => void;

  constructor(
    standIn: SlackStandIn,
    private readonly draw: Draw,
  ) {
    this.stop = standIn.on((event) => this.take(event));
  }

  add(viewer: Viewer): () => void {
    this.viewers.add(viewer);
    return () => void this.viewers.delete(viewer);
  }

  /** Sends to everybody, or to the pages of one person. */
  push(push: Push, user?: string): void {
    for (const viewer of this.viewers) if (user === undefined || viewer.user === user) viewer.push(push);
  }

  close(): void {
    this.stop();
    this.viewers.clear();
  }

  private take(event: StandInEvent): void {
    // A page that is opened later reads everything anew.
    if (this.viewers.size === 0) return;
    if (event.type === 'notice') {
      this.push({ event: 'notice', data: { text: event.text } }, event.user);
      return;
    }
    const at = 'ts' in event ? `${event.channel}/${event.ts}` : '';
    this.waiting.set(`${event.type}/${'user' in event ? event.user : ''}/${at}`, event);
    void this.drain();
  }

  private async drain(): Promise<void> {
    if (this.isDrawing) return;
    this.isDrawing = true;
    try {
      for (let next = this.shift(); next; next = this.shift()) await this.show(next);
    } finally {
      this.isDrawing = false;
    }
  }

  private shift(): StandInEvent | undefined {
    const first = this.waiting.entries().next().value;
    if (first) this.waiting.delete(first[0]);
    return first?.[1];
  }

  private async show(event: StandInEvent): Promise<void> {
    switch (event.type) {
      case 'message': {
        const html = await this.draw.message(event.channel, event.ts);
        if (html !== undefined) this.push({ event: 'message', data: { ...event, html } });
        return;
      }
      case 'ephemeral': {
        const html = this.draw.ephemeral(event.user, event.channel, event.ts);
        if (html !== undefined) this.push({ event: 'message', data: { ...event, html } }, event.user);
        return;
      }
      case 'message-deleted':
        this.push({ event: 'deleted', data: event });
        return;
      case 'ephemeral-deleted':
        this.push({ event: 'deleted', data: event }, event.user);
        return;
      case 'modal':
        this.push({ event: 'modal', data: { html: this.draw.modal(event.user) } }, event.user);
        return;
      case 'home':
        this.push({ event: 'home', data: { html: this.draw.home(event.user) } }, event.user);
        return;
      default:
        return;
    }
  }
}
