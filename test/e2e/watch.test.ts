// The watch, the real bot as users start it: an address enters a real rbldnsd's zone, its card is in Slack within a minute, and it is cleared
// when it has left. Killed right after it opened an incident, the bot neither doubles nor forgets it. Only Slack is a stand-in.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { practiceWorkspace, type SlackStandIn, startSlackStandIn } from '../../src/practice/slack/index.js';
import { freePort } from './free-port.js';
import { type Rbldnsd, startRbldnsd } from './rbldnsd/harness.js';
import { whyNot } from './requirements.js';
import { type Bot, runCommand, startBot } from './whole-way/bot.js';

const missing = whyNot({ programs: ['rbldnsd'] });

const ABUSE_DESK = 'C0ABUSE001';
const DELIVERABILITY = 'C0DELIV001';
const OURS = '203.0.113.21';
const OTHER = '203.0.113.22';
const LISTED = [':127.0.0.3:seen in spam, see https://plain.test/?ip=$', '127.0.0.2'];
const WITHIN_MS = 60_000;

/** Everything but the bot: a list that can change, Slack, and a configuration that asks it every few seconds. */
async function startPlace(dir: string) {
  const zones = [
    { name: 'plain.test', type: 'ip4set' as const, lines: LISTED },
    { name: 'world.test', type: 'ip4trie' as const, lines: ['0.0.0.0/0 :127.0.0.2:everybody'] },
  ];
  const lists = await startRbldnsd(zones, { looksForChanges: true });
  const [slackPort, webPort] = [await freePort(), await freePort()];
  const secrets = { botToken: 'xoxb-e2e', signingSecret: 'e2e-signing-secret' };
  const botEventsUrl = `http://127.0.0.1:${slackPort}/slack/events`;
  const slack = await startSlackStandIn({ workspace: practiceWorkspace, ...secrets, botEventsUrl });
  const configPath = join(dir, 'config.yml');
  // JSON is YAML.
  writeFileSync(configPath, JSON.stringify(configOf(dir, lists, slackPort, webPort)));
  const env = {
    SLACK_BOT_TOKEN: secrets.botToken,
    SLACK_SIGNING_SECRET: secrets.signingSecret,
    SLACK_API_URL: slack.apiUrl,
  };
  return { lists, slack, configPath, env, webPort };
}

function configOf(dir: string, lists: Rbldnsd, slackPort: number, webPort: number) {
  const list = (id: string) => ({
    ...{ id, name: `The ${id} list`, zone: `${id}.test`, kinds: ['ipv4'], impact: 'critical', confidence: 'high' },
    ...{ test_listed: { ipv4: '127.0.0.2' }, test_clean: { ipv4: '127.0.0.1' }, test_basis: 'documented' },
  });
  return {
    database: { path: join(dir, 'relaywarden.db'), traffic: join(dir, 'traffic.db') },
    slack: { mode: 'http', port: slackPort },
    channels: { compromise: ABUSE_DESK, listing: DELIVERABILITY },
    people: [{ slack: 'U0TECH0001', name: 'Ann', role: 'technician' }],
    relays: [{ host: 'relay1', outbound_ip: OURS, outbound_ips: [OTHER] }],
    policy: { listen: '127.0.0.1:0' },
    dns: { servers: [`${lists.host}:${lists.port}`], timeoutMs: 2_000, tries: 2 },
    blocklists: {
      only: ['plain', 'world'],
      extra: [list('plain'), list('world')],
      watch: { criticalMinutes: 0.1, otherMinutes: 0.1 },
    },
    web: { listen: `127.0.0.1:${webPort}` },
  };
}

const wordsOf = ({ text, blocks }: { text: string; blocks: unknown }) => `${text}\n${JSON.stringify(blocks)}`;

describe.skipIf(missing)(`the watch against a real rbldnsd${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let dir: string;
  let place: Awaited<ReturnType<typeof startPlace>>;
  let slack: SlackStandIn;
  let bot: Bot;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'relaywarden-watch-'));
    place = await startPlace(dir);
    slack = place.slack;
    bot = await startBot(place);
  });

  afterAll(async () => {
    const code = await bot?.stop();
    await slack?.close();
    await place?.lists.stop();
    rmSync(dir, { recursive: true, force: true });
    expect(code).toBe(0);
  });

  /** Incidents in the listing channel that name an address. */
  const cards = async (address: string) =>
    (await slack.messages(DELIVERABILITY)).filter((message) => {
      const words = wordsOf(message);
      return words.includes(address) && /Incident \d+/.test(words);
    });

  const healthLine = async (name: string) => {
    const answer = await fetch(`http://127.0.0.1:${place.webPort}/healthz`);
    const { items } = (await answer.json()) as { items: { name: string; ok: boolean; text: string }[] };
    return items.find((item) => item.name === name);
  };

  it('tells once of the list that lists the world, and believes the other', async () => {
    await expect
      .poll(() => healthLine('watch').then((line) => line?.text), { timeout: WITHIN_MS })
      .toMatch(/^2 addresses and domains on 2 lists; 1 broken \(The world list\); last sweep \d+ s ago$/);
    const alert = await slack.until(
      async () => (await slack.messages(ABUSE_DESK)).find(({ text }) => text.includes('The world list is broken')),
      WITHIN_MS,
    );
    expect(alert.text).toContain('it lists the world');
    expect(await cards('203.0.113.')).toEqual([]);
  });

  it('has the card of a new listing in Slack within a minute, and its end as well', async () => {
    place.lists.rewrite('plain.test', [...LISTED, OURS]);
    const card = await slack.until(async () => (await cards(OURS))[0], WITHIN_MS);
    expect(wordsOf(card)).toContain('The plain list');
    expect(wordsOf(card)).toContain('seen in spam');
    expect(wordsOf(card)).not.toContain('The world list');

    place.lists.rewrite('plain.test', LISTED);
    await slack.until(async () => {
      const thread = await slack.thread(DELIVERABILITY, card.ts);
      return thread.slice(1).find(({ text }) => /clear/i.test(text));
    }, WITHIN_MS);
    expect(await cards(OURS)).toHaveLength(1);
  });

  it('killed before a listing was opened and again right after it, opens it once', async () => {
    await bot.stop();
    place.lists.rewrite('plain.test', [...LISTED, OTHER]);
    const dying = await startBot({ ...place, killBefore: 'insert into "listings"' });
    expect(await dying.ended).toBe('SIGKILL');
    // What a sweep writes down first.
    const dyingLater = await startBot({ ...place, killBefore: 'update "listings" set "last_seen_at"' });
    expect(await dyingLater.ended).toBe('SIGKILL');

    bot = await startBot(place);
    await slack.until(async () => (await cards(OTHER))[0], WITHIN_MS);
    const startedAt = Date.now();
    const sweptAt = async () =>
      Date.now() - 1000 * Number(/sweep (\d+) s/.exec((await healthLine('watch'))?.text ?? '')?.[1]);
    await expect.poll(async () => (await sweptAt()) > startedAt, { timeout: WITHIN_MS }).toBe(true);
    expect(await cards(OTHER)).toHaveLength(1);
    const { stdout } = await runCommand(['audit', 'export', '--config', place.configPath]);
    const rows = stdout
      .split('\n')
      .filter((line) => line.includes(OTHER) && /"verb":"(open|join|listed-again)"/.test(line));
    expect(rows).toHaveLength(1);
  });
});
