// The practice page: one web page that looks and reads like a Slack client, drawn on the server, live over one stream.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { UserError } from '../../errors.js';
import type { SlackStandIn } from '../slack/index.js';
import { act } from './actions.js';
import { loadAssets } from './assets.js';
import type { AppSurface } from './commands.js';
import { guard } from './guard.js';
import { type Draw, Live } from './live.js';
import { type Counter, countersHtml } from './markup/counters.js';
import type { Lexicon } from './markup/kit.js';
import { ephemeralHtml, type MessageParts, messageHtml } from './markup/message.js';
import { type Guide, shellHtml } from './markup/shell.js';
import { homeHtml, modalHtml } from './markup/view.js';

export type { AppSurface } from './commands.js';
export { surfaceOfManifest } from './commands.js';
export type { Counter, CounterState } from './markup/counters.js';
export type { Guide } from './markup/shell.js';

interface PracticePageOptions {
  standIn: SlackStandIn;
  /** Port on 127.0.0.1; 0 for any free one. */
  port: number;
  /** Slash commands and message shortcuts, from `surfaceOfManifest(manifest.yml)`. */
  surface: AppSurface;
  /** Maps a message's real time (ms) to practice time; the real time when absent. */
  toPracticeTime?: (ms: number) => number;
  /** IANA zone of the times shown; UTC unless told. */
  timeZone?: string;
  /** What a newcomer can try; none when absent. */
  guide?: Guide;
}

export interface PracticePage {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** Shows these customers in the strip: those in trouble first, otherwise in this order. */
  setCounters(counters: Counter[]): void;
  /** Shows the practice clock, for example "Mon 10:42". */
  setClock(text: string): void;
  close(): Promise<void>;
}

/** Starts the page; permalinks of the stand-in lead to it from then on. */
export async function startPracticePage(options: PracticePageOptions): Promise<PracticePage> {
  const { standIn, surface, guide } = options;
  const strip = { counters: '', clock: '' };
  const drawing = drawings(options);
  const live = new Live(standIn, drawing.draw);
  const { timeZone } = drawing.lexicon.clock;
  const app = routes(standIn, live, drawing, () =>
    shellHtml({
      workspace: standIn.workspace,
      surface,
      guide,
      timeZone,
      ...strip,
      title: 'relaywarden practice workspace',
    }),
  );
  const server = createServer(getRequestListener(app.fetch));
  await listen(server, options.port);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  drawing.lexicon.ownLinks = url;
  standIn.linkTo(url);
  return {
    url,
    setCounters: (counters) => {
      const html = countersHtml(counters);
      if (html === strip.counters) return;
      strip.counters = html;
      live.push({ event: 'counters', data: { html } });
    },
    setClock: (text) => {
      if (text === strip.clock) return;
      strip.clock = text;
      live.push({ event: 'clock', data: { text, now: drawing.now() } });
    },
    close: async () => {
      live.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

interface Drawings {
  lexicon: Lexicon;
  parts: MessageParts;
  draw: Draw;
  /** Practice time, ms. */
  now(): number;
}

function drawings({ standIn, surface, toPracticeTime = (ms) => ms, timeZone = 'UTC' }: PracticePageOptions): Drawings {
  const { people, channels, bot } = standIn.workspace;
  const lexicon: Lexicon = {
    users: [...people.map(({ id, realName }) => ({ id, name: realName })), { id: bot.userId, name: bot.realName }],
    channels: channels.map(({ id, name }) => ({ id, name })),
    clock: { toPracticeTime, timeZone },
    ownLinks: '',
  };
  const parts = { workspace: standIn.workspace, lexicon, shortcuts: surface.shortcuts, postedAt: standIn.postedAt };
  return {
    lexicon,
    parts,
    now: () => toPracticeTime(Date.now()),
    draw: {
      message: async (channel, ts) => {
        const message = await standIn.message(channel, ts);
        return message && messageHtml(message, parts);
      },
      ephemeral: (user, channel, ts) => {
        const found = standIn.ephemerals(user, channel).find((ephemeral) => ephemeral.ts === ts);
        return found && ephemeralHtml(found, parts);
      },
      modal: (user) => {
        const stack = standIn.modalStack(user);
        const top = stack.at(-1);
        return top ? modalHtml(top, stack.length, lexicon) : '';
      },
      home: (user) => homeHtml(standIn.home(user), lexicon),
    },
  };
}

function routes(standIn: SlackStandIn, live: Live, { parts, draw, now }: Drawings, shell: () => string): Hono {
  const app = new Hono();
  const assets = loadAssets();
  app.use(guard());
  app.onError((error, context) => context.json({ error: error.message }, 400));
  app.get('/', (context) => context.html(shell()));
  app.get('/archives/:channel/:message', toMessage);
  app.get('/assets/*', (context) => {
    const asset = assets.get(context.req.path.slice('/assets/'.length));
    return asset ? context.body(asset.body, 200, { 'content-type': asset.type }) : context.notFound();
  });
  app.get('/view/channel/:channel', async (context) => context.html(await channelHtml(standIn, parts, context)));
  app.get('/view/thread/:channel/:ts', async (context) => context.html(await threadHtml(standIn, parts, context)));
  app.get('/view/home', (context) => context.html(draw.home(asked(context))));
  app.get('/view/modal', (context) => context.html(draw.modal(asked(context))));
  app.get('/view/app-channel', async (context) => context.json({ id: await standIn.appConversation(asked(context)) }));
  app.get('/live', (context) => stream(context, live, now));
  app.post('/do/:name', async (context) =>
    context.json((await act(standIn, context.req.param('name'), await context.req.json())) as object),
  );
  return app;
}

/** A permalink opens the page at that message. */
function toMessage(context: Context): Response {
  const { channel = '', message = '' } = context.req.param();
  const ts = message.replace(/^p(\d+)(\d{6})$/, '$1.$2');
  const thread = context.req.query('thread_ts') ?? ts;
  return context.redirect(`/#${new URLSearchParams({ channel, thread, message: ts })}`);
}

function asked(context: Context): string {
  return context.req.query('as') ?? '';
}

const mostShown = 100;

async function channelHtml(standIn: SlackStandIn, parts: MessageParts, context: Context): Promise<string> {
  const channel = context.req.param('channel') ?? '';
  const messages = await standIn.messages(channel, mostShown);
  const ephemerals = standIn.ephemerals(asked(context), channel).filter(({ threadTs }) => threadTs === undefined);
  return inOrder([
    ...messages.map((message) => ({ ts: message.ts, html: messageHtml(message, parts) })),
    ...ephemerals.map((ephemeral) => ({ ts: ephemeral.ts, html: ephemeralHtml(ephemeral, parts) })),
  ]);
}

async function threadHtml(standIn: SlackStandIn, parts: MessageParts, context: Context): Promise<string> {
  const { channel = '', ts = '' } = context.req.param();
  const messages = await standIn.thread(channel, ts);
  const ephemerals = standIn.ephemerals(asked(context), channel).filter(({ threadTs }) => threadTs === ts);
  return inOrder([
    ...messages.map((message) => ({ ts: message.ts, html: messageHtml(message, parts) })),
    ...ephemerals.map((ephemeral) => ({ ts: ephemeral.ts, html: ephemeralHtml(ephemeral, parts) })),
  ]);
}

/** Time stamps of one second are counted by whoever made them, so only the second decides across both kinds. */
function inOrder(items: { ts: string; html: string }[]): string {
  return items
    .sort((a, b) => (a.ts < b.ts ? -1 : 1))
    .map(({ html }) => html)
    .join('');
}

function stream(context: Context, live: Live, now: () => number): Response {
  return streamSSE(context, async (sse) => {
    const remove = live.add({
      user: asked(context),
      push: ({ event, data }) => void sse.writeSSE({ event, data: JSON.stringify(data) }),
    });
    sse.onAbort(remove);
    await sse.writeSSE({ event: 'hello', data: '{}' });
    while (!sse.aborted) {
      await sse.sleep(15_000);
      await sse.writeSSE({ event: 'tick', data: JSON.stringify({ now: now() }) });
    }
  });
}

function whyNot(port: number, cause: NodeJS.ErrnoException): string {
  if (cause.code === 'EADDRINUSE')
    return `Port ${port} is taken already, perhaps by a practice workspace that still runs.`;
  if (cause.code === 'EACCES') return `Port ${port} is only for root.`;
  return `The page cannot listen on port ${port}: ${cause.message}.`;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new UserError(`${whyNot(port, cause)} Take another: npx relaywarden demo --port 8080`, { cause })),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
}
