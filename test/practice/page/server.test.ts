// The page's server: who may ask, who may act, and what is pushed to whom.
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PracticePage, startPracticePage, surfaceOfManifest } from '../../../src/practice/page/index.js';
import { registerGallery, surface } from '../helpers/gallery-bot.js';
import { abuseDesk, ann, lena, startTinyBot, type TinyBot } from '../helpers/tiny-bot.js';

let bot: TinyBot;
let page: PracticePage;
beforeAll(async () => {
  bot = await startTinyBot(registerGallery);
  page = await startPracticePage({ standIn: bot.slack, port: 0, surface });
});
afterAll(async () => {
  await page.close();
  await bot.stop();
});

/** A raw request, because fetch does not let a test forge Host and Origin. */
function ask(method: string, path: string, headers: Record<string, string>, body = ''): Promise<number> {
  const { port } = new URL(page.url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('the door', () => {
  const say = JSON.stringify({ user: ann, channel: abuseDesk, text: 'hello' });
  const json = { 'content-type': 'application/json' };

  it.each([
    ['another name for this address', 'GET', { host: 'evil.example' }, 421],
    ['our own name', 'GET', {}, 200],
  ])('for %s, reading', async (_name, method, headers, status) => {
    expect(await ask(method, '/', { host: new URL(page.url).host, ...headers })).toBe(status);
  });

  it.each([
    ['another site', { ...json, origin: 'http://evil.example' }, 403],
    ['another port of this machine', { ...json, origin: 'http://127.0.0.1:1' }, 403],
    ['nobody', json, 403],
    ['the page', { ...json, origin: 'self' }, 200],
    ['the page, but not JSON', { 'content-type': 'text/plain', origin: 'self' }, 415],
  ])('for %s, acting', async (_name, headers, status) => {
    const { host, origin } = new URL(page.url);
    const sent = { host, ...headers, ...('origin' in headers && headers.origin === 'self' ? { origin } : {}) };
    expect(await ask('POST', '/do/say', sent, say)).toBe(status);
  });

  it('lets no script in from elsewhere', async () => {
    const answer = await fetch(page.url);
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(await answer.text()).not.toMatch(/https?:\/\/(?!127)|<script>/);
  });

  it('names what is wrong with an action', async () => {
    const headers = { 'content-type': 'application/json', origin: page.url };
    const body = JSON.stringify({ user: 'U0NOBODY01', channel: abuseDesk, text: 'x' });
    const answer = await fetch(`${page.url}/do/say`, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: expect.stringContaining('U0NOBODY01') });
  });
});

describe('the stream', () => {
  it('tells everybody of a message, one person of theirs, and all of counters and clock', async () => {
    const seen = { ann: await listen(ann), lena: await listen(lena) };

    await bot.app.client.chat.postMessage({ channel: abuseDesk, text: 'for all' });
    await bot.app.client.chat.postEphemeral({ channel: abuseDesk, user: ann, text: 'for Ann' });
    page.setClock('Mon 09:00');
    page.setCounters([{ customer: 'a', name: 'A & Co', accepted: 1, refused: 2, state: 'blocked' }]);

    await expect.poll(() => seen.ann.text()).toContain('for Ann');
    await expect.poll(() => seen.lena.text()).toContain('A &amp; Co');
    expect(seen.ann.text()).toContain('for all');
    expect(seen.lena.text()).toContain('for all');
    expect(seen.lena.text()).toContain('Mon 09:00');
    expect(seen.lena.text()).not.toContain('for Ann');
    seen.ann.stop();
    seen.lena.stop();
  });

  async function listen(user: string): Promise<{ text(): string; stop(): void }> {
    const controller = new AbortController();
    const answer = await fetch(`${page.url}/live?as=${user}`, { signal: controller.signal });
    let text = '';
    const read = async () => {
      const decoder = new TextDecoder();
      for await (const chunk of answer.body ?? []) text += decoder.decode(chunk, { stream: true });
    };
    void read().catch(() => undefined);
    await expect.poll(() => text).toContain('hello');
    return { text: () => text, stop: () => controller.abort() };
  }
});

it('stamps a message with the practice time at which it was posted, not with the beginning of its second', async () => {
  const before = Date.now();
  const fast = { standIn: bot.slack, port: 0, surface, toPracticeTime: (ms: number) => ms + (ms - before) * 3600 };
  const late = await startPracticePage(fast);
  await new Promise((resolve) => setTimeout(resolve, 1500 - (Date.now() % 1000)));
  const posting = fast.toPracticeTime(Date.now());
  const { ts } = await bot.app.client.chat.postMessage({ channel: abuseDesk, text: 'in the middle of a second' });

  const html = await (await fetch(`${late.url}/view/thread/${abuseDesk}/${ts}?as=${ann}`)).text();
  const [, stamp = ''] = /<time dateTime="([^"]*)"/.exec(html) ?? [];
  expect(Date.parse(stamp)).toBeGreaterThanOrEqual(posting);
  await late.close();
});

it('says in the channel that a reply was sent there, too', async () => {
  const { chat } = bot.app.client;
  const { ts = '' } = await chat.postMessage({ channel: abuseDesk, text: 'a card' });
  await chat.postMessage({ channel: abuseDesk, thread_ts: ts, text: 'only in the thread' });
  await chat.postMessage({ channel: abuseDesk, thread_ts: ts, text: 'open again', reply_broadcast: true });

  const html = await (await fetch(`${page.url}/view/channel/${abuseDesk}?as=${ann}`)).text();
  expect(html).not.toContain('only in the thread');
  expect(html).toMatch(/data-thread="[\d.]+".*replied to .*data-open-thread="".*open again/s);
});

it('serves the client as scripts the browser can load', async () => {
  for (const name of ['main', 'forms', 'live']) {
    const answer = await fetch(`${page.url}/assets/client/${name}.js`);
    expect(answer.headers.get('content-type')).toContain('text/javascript');
    expect(await answer.text()).not.toMatch(/interface |: string\b/);
  }
  expect((await fetch(`${page.url}/assets/client/../../index.ts`)).status).toBe(404);
});

it('reads commands and message shortcuts from a manifest', () => {
  const manifest = `
features:
  slash_commands:
    - { command: /blcheck, description: Ask the lists, usage_hint: "<ip>" }
  shortcuts:
    - { name: Open incident, type: message, callback_id: open }
    - { name: Global, type: global, callback_id: g }`;

  expect(surfaceOfManifest(manifest)).toEqual({
    commands: [{ command: '/blcheck', description: 'Ask the lists', usage: '<ip>' }],
    shortcuts: [{ name: 'Open incident', callbackId: 'open' }],
  });
});
