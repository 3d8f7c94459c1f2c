// /blcheck, /relay and the Home tab, through the real app and signed requests.
import { eq } from 'drizzle-orm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { auditRows } from '../../../src/audit/verify.js';
import type { CheckResult } from '../../../src/blocklists/check.js';
import { parseTargets, whyNotAsked } from '../../../src/blocklists/target.js';
import type { HealthItem } from '../../../src/context.js';
import { outbox } from '../../../src/db/schema.js';
import { contain } from '../../../src/incidents/contain.js';
import { putLink } from '../../../src/incidents/culprits/links.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { unresolvedIncidents } from '../../../src/incidents/store.js';
import { when } from '../../../src/slack/messages/text/time.js';
import { viewFaults } from '../../helpers/block-kit.js';
import { eventually } from '../../helpers/eventually.js';
import { ANN, stolenMailbox, T0 } from '../../helpers/incidents.js';
import {
  ABUSE,
  cardOf,
  DELIVERABILITY,
  FOREIGNER,
  holdDatabase,
  OUTSIDER,
  openCompromise,
  openDesk,
  openListing,
  TECH,
  type TestDesk,
  testConfig,
  told,
} from '../../helpers/slack-desk.js';

function result(change: Partial<CheckResult>): CheckResult {
  return {
    target: '192.0.2.10',
    list: 'zen',
    zone: 'zen.example',
    verdict: 'clear',
    codes: [],
    meanings: [],
    text: '',
    ms: 3,
    ...change,
  };
}

const OURS = () => ['192.0.2.10'];

const MIXED = [
  result({ list: 'clear-one' }),
  result({ list: 'deaf', verdict: 'unknown', meanings: ['no answer in time'] }),
  result({ verdict: 'listed', codes: ['127.0.0.2'], meanings: ['SBL'], text: 'see <!channel> https://evil.example' }),
];

describe('a command while another program holds the database', () => {
  it.each([
    ['/blcheck', '192.0.2.10', OUTSIDER, 'you are not on the abuse desk'],
    ['/dnscheck', 'kvist.example', OUTSIDER, 'you are not on the abuse desk'],
    ['/relay', 'why', OUTSIDER, 'you are not on the abuse desk'],
  ])('%s %s waits, and answers %s', async (command, text, user, answer) => {
    const desk = await openDesk({ results: MIXED });
    holdDatabase(desk, 150);

    await desk.slack.command({ user, channel: ABUSE, command, text });
    await desk.slack.until(() => told(desk, user).includes(answer));

    const refusals = user === OUTSIDER ? [{ verb: `${command}${command === '/relay' ? ` ${text}` : ''}` }] : [];
    expect([...auditRows(desk.ctx.db)]).toMatchObject(refusals);
    await desk.settled();
  });
});

describe('a block of mail that was nobody’s', () => {
  it('is shown under the customer that its addresses were learned for', async () => {
    const learned = new Map([['192.0.2.9', 'boreal']]);
    const desk = await openDesk({ context: { learnedOf: (clientIp) => learned.get(clientIp) } });
    await openCompromise(desk, { customer: 'unattributed' });
    const [incident] = unresolvedIncidents(desk.ctx.db);
    contain(desk.ctx, { incidentId: incident?.id ?? 0, rev: 1, actor: ANN, action: 'block-sender' });
    const blocks = async () => {
      await desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text: 'blocks' });
      const shown = await desk.slack.until(() => desk.slack.ephemerals(TECH).at(-1));
      return JSON.stringify(shown.blocks);
    };

    expect(await blocks()).toContain('Boreal Foods, by its address');
    learned.clear();
    await eventually(async () => expect(await blocks()).toContain('an unknown customer'));
    await desk.settled();
  });
});

describe('/relay blocks', () => {
  it('says since when a block waits for the relays, or fails', async () => {
    const desk = await openDesk();
    desk.relays.failure = 'the policy server is down';
    await openCompromise(desk);
    let letGo = () => {};
    desk.relays.busy = new Promise((resolve) => {
      letGo = resolve;
    });
    contain(desk.ctx, { incidentId: 1, rev: 1, actor: ANN, action: 'block-sender' });
    const blocks = async () => {
      await desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text: 'blocks' });
      return JSON.stringify((await desk.slack.until(() => desk.slack.ephemerals(TECH).at(-1))).blocks);
    };

    expect(await blocks()).toMatch(/Blocking…\*.*\(@Ann, <!date/);
    letGo();
    desk.ctx.outbox.wake();
    await eventually(async () =>
      expect(await blocks()).toMatch(/Block FAILED\*.*\(@Ann, <!date.*policy server is down/),
    );
  });
});

describe('/blcheck', () => {
  it('puts what is listed first, then what could not tell, and never counts that as clear', async () => {
    const desk = await openDesk({ results: MIXED });

    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/blcheck', text: '192.0.2.10' });
    const shown = await desk.slack.until(() => desk.slack.ephemerals(TECH).find(({ text }) => text.includes('listed')));

    expect(shown.text).toContain('is listed on 1 of 3 lists');
    const text = JSON.stringify(shown.blocks);
    expect(text.indexOf('Spamhaus ZEN')).toBeLessThan(text.indexOf('Could not tell'));
    expect(text.indexOf('Could not tell')).toBeLessThan(text.indexOf('Clear: 1 list'));
    expect(text).toContain('&lt;!channel&gt;');
    expect(text).toContain('https://check.spamhaus.example/');
    expect(text).not.toContain('"url":"https://evil');
  });

  it('answers at once with a line that fills, in at most the five answers that Slack takes', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    let answer: ((list: number) => void) | undefined;
    let finish = (_results: CheckResult[]) => {};
    const desk = await openDesk({
      context: {
        check: (_text, { onResult } = {}) => {
          answer = (list) => {
            vi.setSystemTime(Date.now() + 1_100);
            onResult?.(result({}), list, 4);
          };
          return new Promise((resolve) => {
            finish = resolve;
          });
        },
        outboundAddresses: OURS,
      },
    });

    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/blcheck', text: '192.0.2.10' });
    const bars = () => JSON.stringify(desk.slack.ephemerals(TECH));
    expect(bars()).toContain('▱▱▱▱▱▱▱▱▱▱');
    await eventually(() => expect(answer).toBeDefined());
    answer?.(1);
    answer?.(2);
    await desk.slack.until(() => bars().includes('▰▰▰▰▰▱▱▱▱▱  2 of 4'));
    answer?.(3);
    answer?.(4);
    finish([result({})]);
    await desk.slack.until(() => told(desk, TECH).includes('is not on the one list'));

    expect(desk.slack.ephemerals(TECH)).toHaveLength(1);
    expect(desk.slack.calls('response_url').length).toBeLessThanOrEqual(5);
  });

  it('opens an incident from the result, shares it, and checks again', async () => {
    const desk = await openDesk({ results: MIXED, context: { outboundAddresses: OURS } });
    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/blcheck', text: '192.0.2.10' });
    const { ts } = await desk.slack.until(() =>
      desk.slack.ephemerals(TECH).find(({ text }) => text.includes('listed')),
    );
    const press = (actionId: string) => desk.press({ user: TECH, channel: ABUSE, ts, actionId });

    await press('check-open');
    await desk.slack.until(() => unresolvedIncidents(desk.ctx.db).length === 1);
    await press('check-share');
    await desk.slack.until(async () => (await desk.slack.messages(ABUSE)).length > 0);
    await press('check-repeat');
    await desk.settled();

    expect(unresolvedIncidents(desk.ctx.db)).toMatchObject([
      { kind: 'listing', openedBy: TECH, channel: DELIVERABILITY },
    ]);
    const [shared] = await desk.slack.messages(ABUSE);
    expect(JSON.stringify(shared?.blocks)).toContain('by Ann');
    expect(JSON.stringify(shared?.blocks)).not.toContain('check-share');
  });

  it('says when no list gave an answer, and does not call that clear', async () => {
    const desk = await openDesk({ results: MIXED.slice(1, 2) });

    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/blcheck', text: 'example.com' });
    await desk.slack.until(() => told(desk, TECH).includes('no list gave an answer'));
  });

  it.each(['', 'help', '999.1.2.3', 'not a target', '<!channel>', '198.51.100.7/33', 'x'.repeat(3000)])(
    'answers %j with an example that works',
    async (text) => {
      const desk = await openDesk();

      await desk.slack.command({ user: TECH, channel: ABUSE, command: '/blcheck', text });

      expect(told(desk, TECH)).toMatch(/Try 198\.51\.100\.7|\/blcheck 198\.51\.100\.7/);
      expect(told(desk, TECH)).not.toContain('<!channel>');
    },
  );

  it('says in one sentence of a network that is too large what to do', async () => {
    const desk = await openDesk();

    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/blcheck', text: '203.0.113.9/8' });

    expect(told(desk, TECH)).toBe(
      '203.0.113.9/8 is too large with its 16,777,216 addresses. One check takes 16 at most. Try 203.0.113.0/28',
    );
  });

  it('does not call an address the domain of a mailbox', async () => {
    const desk = await openDesk({ results: [result({ target: '9.9.9.9' })] });

    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/blcheck', text: 'kim@[9.9.9.9]' });
    const shown = await desk.slack.until(() =>
      desk.slack.ephemerals(TECH).find(({ text }) => text.includes('is not on')),
    );

    expect(JSON.stringify(shown.blocks)).toContain('the address of `kim@[9.9.9.9]`');
  });

  it('names the domain as what was checked of a mailbox, and says so', async () => {
    const asked: string[] = [];
    const check = async (text: string) => {
      asked.push(text);
      return [result({ target: 'example.com' })];
    };
    const desk = await openDesk({ context: { check } });

    const text = '<mailto:kim@example.com|kim@example.com>';
    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/blcheck', text });
    const shown = await desk.slack.until(() =>
      desk.slack.ephemerals(TECH).find(({ text }) => text.includes('is not on')),
    );

    expect(asked).toEqual(['example.com']);
    expect(shown.text).toContain('example.com is not on the one list that was asked');
    expect(JSON.stringify(shown.blocks)).toContain('the domain of `kim@example.com`');
  });

  it.each([
    ['10.0.0.1', '10.0.0.1 is private'],
    ['10.20.0.0/28', '10.20.0.0/28 is private'],
    ['127.0.0.1', '127.0.0.1 is a machine’s own (loopback)'],
    ['100.64.3.4', '100.64.3.4 is behind a provider’s NAT'],
    ['fe80::1', 'fe80::1 is link-local'],
  ])('does not ask the lists about %s, in the words of the command line', async (text, words) => {
    const asked: string[] = [];
    const check = async (target: string) => {
      asked.push(target);
      return [result({ target })];
    };
    const desk = await openDesk({ context: { check } });

    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/blcheck', text });
    const sentence = whyNotAsked(text, parseTargets(text, { maxAddresses: 16 })) ?? '';
    await desk.slack.until(() => desk.slack.ephemerals(TECH).find((shown) => shown.text.includes(sentence)));

    expect(sentence).toContain(`${words}; blocklists know public addresses only`);
    expect(asked).toEqual([]);
  });

  it('does not call an address for examples clear', async () => {
    const desk = await openDesk({ results: [result({ target: '198.51.100.0/28' })] });

    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/blcheck', text: '198.51.100.0/28' });
    const shown = await desk.slack.until(() =>
      desk.slack.ephemerals(TECH).find(({ text }) => text.includes('an address for examples in documentation')),
    );

    expect(shown.text).toContain('not on the public internet');
    expect(JSON.stringify(shown.blocks)).toContain('means nothing');
    expect(JSON.stringify(shown.blocks)).not.toContain('large_green_circle');
  });

  it('opens no incident of the address that lists are tested with', async () => {
    const desk = await openDesk({
      results: [result({ target: '127.0.0.2', verdict: 'listed', codes: ['127.0.0.2'] })],
    });

    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/blcheck', text: '127.0.0.2' });
    const shown = await desk.slack.until(() => desk.slack.ephemerals(TECH).find(({ text }) => text.includes('listed')));

    expect(JSON.stringify(shown.blocks)).toContain('127.0.0.2 is on every working list, as a test');
    expect(JSON.stringify(shown.blocks)).not.toContain('check-open');
  });

  it('refuses an outsider and a person of another company, on record', async () => {
    const desk = await openDesk({ results: MIXED });

    for (const user of [OUTSIDER, FOREIGNER])
      await desk.slack.command({ user, channel: ABUSE, command: '/blcheck', text: '192.0.2.10' });

    expect(told(desk, OUTSIDER)).toContain('was not done');
    expect(told(desk, FOREIGNER)).toContain('was not done');
    expect([...auditRows(desk.ctx.db)].map(({ outcome, subject }) => [outcome, subject])).toEqual([
      ['refused', 'check'],
      ['refused', 'check'],
    ]);
  });
});

describe('/relay', () => {
  it('lists incidents and what is in force', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk);
    await desk.press({ user: TECH, channel, ts, actionId: 'block-sender' });
    await desk.slack.until(() => desk.relays.applied.length === 1);
    const ask = (text: string) => desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text });

    await ask('incidents');
    await ask(' Blocks ');

    const shown = JSON.stringify(desk.slack.ephemerals(TECH));
    expect(shown).toContain('Compromised mailbox: kim@acme.example');
    expect(shown).toContain('*Sender blocked* · Acme Mills by Ann');
    const card = new RegExp(`incident 1 · <https?://[^|]*/archives/${channel}/p${ts.replace('.', '')}\\|show>`);
    for (const { blocks } of desk.slack.ephemerals(TECH)) expect(JSON.stringify(blocks)).toMatch(card);
  });

  /** The digest as the person who asked sees it. */
  async function askForDigest(desk: TestDesk, user: string) {
    await desk.slack.command({ user, channel: ABUSE, command: '/relay', text: 'digest' });
    return desk.slack.until(() => desk.slack.ephemerals(user).find(({ text }) => text.startsWith('Digest:')));
  }
  const posted = async (desk: TestDesk) =>
    (await desk.slack.messages(ABUSE)).filter(({ text }) => text.startsWith('Digest:'));

  it('shows the digest to whoever asks, and posts it for all when they press for it', async () => {
    const desk = await openDesk();
    await openCompromise(desk);

    const { ts, text, blocks } = await askForDigest(desk, TECH);
    expect(text).toContain('1 open incident · no block, suspension or re-route in force');
    expect(JSON.stringify(blocks)).toMatch(/"digest-post".*"type":"table"/);
    await desk.settled();
    expect(await posted(desk)).toEqual([]);

    holdDatabase(desk, 150);
    await desk.press({ user: TECH, channel: ABUSE, ts, actionId: 'digest-post' });
    await desk.slack.until(() => told(desk, TECH).includes('The digest of the last 24 hours goes to'));
    await desk.settled();
    expect(await posted(desk)).toHaveLength(1);
    expect(JSON.stringify(desk.slack.ephemerals(TECH))).not.toContain('digest-post');
  });

  it('posts the digest once for a double click, and again for who asks again', async () => {
    const desk = await openDesk();
    await openCompromise(desk);
    const { ts } = await askForDigest(desk, TECH);
    const press = (on: string) => desk.slack.press({ user: TECH, channel: ABUSE, ts: on, actionId: 'digest-post' });

    await Promise.all([press(ts), press(ts)]);
    // Each note stands in the place of the one before, so that the first may never be seen.
    const answers = () => desk.slack.calls('response_url').filter(({ answer }) => answer !== undefined);
    await eventually(() => expect(answers()).toHaveLength(3));
    const notes = answers().map(({ args }) => String(args.text));
    expect(notes.filter((text) => text.includes('The digest of the last 24 hours goes to'))).toHaveLength(1);
    expect(notes.filter((text) => text.includes('You pressed that already'))).toHaveLength(1);
    await desk.settled();
    expect(await posted(desk)).toHaveLength(1);

    await press((await askForDigest(desk, TECH)).ts);
    await eventually(async () => {
      await desk.settled();
      expect(await posted(desk)).toHaveLength(2);
    });
  });

  it.each([
    { it: 'is posted', failure: undefined, is: 'doneAt', says: 'the digest was posted then. /relay digest shows' },
    { it: 'waits', failure: { status: 500, times: 20 }, is: 'error', says: 'the digest goes to <#' },
    {
      it: 'was not taken',
      failure: { error: 'not_in_channel', times: 10 },
      is: 'failedAt',
      says: 'but Slack did not take the digest. /relay digest shows',
    },
  ] as const)('says of a second press on a digest that it $it, and when it was pressed', async (earlier) => {
    const desk = await openDesk();
    await openCompromise(desk);
    await desk.settled();
    const { ts } = await askForDigest(desk, TECH);
    const press = () => desk.press({ user: TECH, channel: ABUSE, ts, actionId: 'digest-post' });
    const queued = () => desk.ctx.db.select().from(outbox).where(eq(outbox.kind, 'digest.post')).all();
    // What a client shows for longer: the note does not come in the place of the digest.
    desk.slack.failNext('response_url', { status: 500 });
    if (earlier.failure) desk.slack.failNext('chat.postMessage', earlier.failure);
    await press();
    await eventually(() => expect(queued()[0]?.[earlier.is]).toEqual(expect.anything()));

    await press();

    const said = `You pressed that already, ${when(queued()[0]?.createdAt ?? 0)}`;
    const text = await desk.slack.until(() =>
      told(desk, TECH)
        .split('\n')
        .find((line) => line.includes(said)),
    );
    expect(text).toContain(earlier.says);
    await desk.settled();
    expect(queued()).toHaveLength(1);
  });

  it('lets nobody post the digest who may not', async () => {
    const config = testConfig();
    const desk = await openDesk({ config });
    await openCompromise(desk);
    const { ts } = await askForDigest(desk, TECH);

    config.rights.digest = 'lead';
    await desk.press({ user: TECH, channel: ABUSE, ts, actionId: 'digest-post' });
    await desk.slack.until(() => told(desk, TECH).includes('was not done'));
    await desk.settled();
    expect(await posted(desk)).toEqual([]);
    expect([...auditRows(desk.ctx.db)].at(-1)).toMatchObject({ outcome: 'refused', subject: 'digest' });

    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text: 'digest' });
    const again = await desk.slack.until(() => desk.slack.ephemerals(TECH).at(2));
    expect(JSON.stringify(again.blocks)).not.toContain('digest-post');
  });

  it('shows the digest without its table where Slack takes none', async () => {
    const desk = await openDesk();
    await openCompromise(desk);
    desk.slack.failNext('response_url', { status: 500 });

    const { blocks } = await askForDigest(desk, TECH);
    expect(JSON.stringify(blocks)).toMatch(/Compromised mailbox.*digest-post/);
    expect(JSON.stringify(blocks)).not.toContain('"type":"table"');
  });

  it('answers why mails bounce in three sentences that name no customer, and may be pasted', async () => {
    const impact = { share: 0.04, messages: 1904, customers: 212, addresses: 4, cleanAddresses: 3, cleanRelays: 3 };
    const context = { impactOf: () => impact, outboundAddresses: () => ['203.0.113.17', '203.0.113.18'] };
    const desk = await openDesk({ context });
    const ask = () => desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text: 'status' });

    await ask();
    expect(told(desk, TECH)).toContain('None of our 2 outgoing addresses is on a blocklist');

    const { ts } = await openListing(desk);
    const { incident } = openFromFinding(desk.ctx, stolenMailbox());
    putLink(desk.ctx.db, { listingIncident: 1, compromiseIncident: incident.id, linkedAt: T0, linkedBy: 'Ann' });
    await ask();
    expect(ts).not.toBe('');
    expect(told(desk, TECH)).toMatch(/^Microsoft.* refuses mail from .*, one of our 2 outgoing addresses, seen/m);
    expect(told(desk, TECH)).toContain('About 4 % of our outgoing mail (212 customers)');
    expect(told(desk, TECH)).toContain('We have found the mail that caused it');
    expect(told(desk, TECH)).not.toContain('Acme');

    contain(desk.ctx, { incidentId: incident.id, actor: { id: TECH, name: 'Ann' }, action: 'suspend-outbound' });
    await ask();
    expect(told(desk, TECH)).toContain('The mail that caused it was stopped at');
  });

  it('says at a cold start that it cannot tell yet, in place of an all-clear', async () => {
    const waiting = '2 addresses and domains on 9 lists; 9 not asked yet; no sweep yet';
    const health = () => [{ name: 'watch', ok: true, text: waiting, isBlind: true as const }];
    const desk = await openDesk({ context: { health, outboundAddresses: () => ['203.0.113.17', '203.0.113.18'] } });
    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text: 'status' });

    const { text, blocks } = await desk.slack.until(() => desk.slack.ephemerals(TECH)[0]);
    expect(text).toContain('We cannot tell at the moment whether one of our outgoing addresses is on a blocklist.');
    expect(text).not.toContain('None of our');
    expect(JSON.stringify(blocks)).toContain(`:warning: *Blocklist checks*: ${waiting}`);
  });

  it('tells beside it what waits to be read and what reports said, where any are taken', async () => {
    const health = [
      { name: 'logs', ok: true, text: '12 lines read' },
      { name: 'spool', ok: false, text: 'reading is late; 3 batches wait to be read' },
      { name: 'reports', ok: true, text: '12 complaints since the start' },
    ];
    const desk = await openDesk({ context: { health: () => health } });
    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text: 'status' });

    const blocks = JSON.stringify((await desk.slack.until(() => desk.slack.ephemerals(TECH)[0])).blocks);
    expect(blocks).toContain(':warning: *Mail events and reports sent in*: reading is late; 3 batches wait');
    expect(blocks).toContain('*Complaints and late bounces*: 12 complaints since the start');
    expect(blocks).not.toContain('12 lines read');
  });

  it.each(['', 'help'])('answers %j with what works', async (text) => {
    const desk = await openDesk();

    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text });

    expect(told(desk, TECH)).toContain('/relay incidents');
  });

  it.each([
    ['constructor', 'There is no /relay constructor. /relay help lists what there is.'],
    ['<!here> now', 'There is no /relay &lt;!here&gt;. /relay help lists what there is.'],
    ['incidnets now', 'There is no /relay incidnets. Did you mean /relay incidents? /relay help lists what there is.'],
    ['wyh', 'There is no /relay wyh. Did you mean /relay why? /relay help lists what there is.'],
    [
      'wyh a@b.example',
      'There is no /relay wyh. Did you mean /relay why a@b.example? /relay help lists what there is.',
    ],
    [
      'a@b.example',
      'There is no /relay a@b.example. Did you mean /relay why a@b.example? /relay help lists what there is.',
    ],
  ])('says in a line that there is no %j, and what was meant perhaps', async (text, answer) => {
    const desk = await openDesk();
    await desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text });
    expect(told(desk, TECH)).toBe(answer);
  });
});

describe('what is open', () => {
  it('says of a compromise whether its mail goes on, in the list and on the card', async () => {
    let now = T0;
    const desk = await openDesk({ context: { now: () => now } });
    const { channel } = await openCompromise(desk, { at: T0 });
    const list = async () => {
      await desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text: 'incidents' });
      return JSON.stringify(desk.slack.ephemerals(TECH).at(-1)?.blocks);
    };
    expect(await list()).toContain('Open · still sending · ');
    expect(JSON.stringify((await cardOf(desk, channel, 1)).blocks)).toContain('*Still sending* · last message <!date^');

    now = T0 + 3 * 3_600_000;
    expect(await list()).toContain(`Open · silent since <!date^${T0 / 1000}^`);
    await desk.press({ user: TECH, channel, ts: (await cardOf(desk, channel, 1)).ts, actionId: 'block-sender' });
    await desk.slack.until(() => desk.relays.applied.length === 1);
    await desk.settled();
    expect(JSON.stringify((await cardOf(desk, channel, 1)).blocks)).toContain('*Silent* · last message <!date^');
  });
});

describe('the Home tab', () => {
  it('shows what is open to the desk, and nothing to others', async () => {
    const desk = await openDesk();
    await openCompromise(desk);

    for (const user of [TECH, OUTSIDER, TECH]) await desk.slack.openHome(user);
    const home = await desk.slack.until(() => desk.slack.home(TECH));
    const closed = await desk.slack.until(() => desk.slack.home(OUTSIDER));

    expect(viewFaults(home.content)).toEqual([]);
    expect(JSON.stringify(home.content)).toContain('kim@acme.example');
    expect(JSON.stringify(home.content)).toContain('Everything works');
    expect(JSON.stringify(closed.content)).not.toContain('acme');
  });

  it('says what does not work, and what does not in part, and never that everything does', async () => {
    const policy = { name: 'policy server', ok: true, text: 'answers' };
    const watch = {
      name: 'watch',
      ok: true,
      text: '…',
      lacks: '1 of 7 lists tell us nothing now: 1 broken (W<!here>)',
    };
    const logs = { name: 'logs', ok: false, text: 'cannot be read' };
    let items: HealthItem[] = [policy, watch];
    const desk = await openDesk({ context: { health: () => items } });
    const shown = async () => {
      await desk.slack.openHome(TECH);
      await desk.settled();
      const home = await desk.slack.until(() => desk.slack.home(TECH));
      expect(viewFaults(home.content)).toEqual([]);
      return JSON.stringify(home.content);
    };

    const partly = await shown();
    expect(partly).toContain(':large_yellow_circle: *Blocklist checks*: 1 of 7 lists tell us nothing now: 1 broken');
    expect(partly).toContain('All else works (Policy server)');
    expect(partly).not.toMatch(/Everything works|<!here>/);
    items = [policy, watch, logs];
    await eventually(async () =>
      expect(await shown()).toMatch(/:warning: \*Relay logs\*: cannot be read.n:large_yellow/),
    );
  });
});
