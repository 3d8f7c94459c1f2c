// /dnscheck, the button of a listing's card, and what a round tells: through the real app, signed requests and a real name server.
import { describe, expect, it } from 'vitest';
import { latestAddressLook, latestLook } from '../../../src/hygiene/store.js';
import { findIncident } from '../../../src/incidents/store.js';
import { Relay } from '../../../src/partners/directory.js';
import { buttonValue } from '../../../src/slack/messages/button-value.js';
import { createHygiene } from '../../../src/wiring/hygiene.js';
import {
  ABUSE,
  DELIVERABILITY,
  OUTSIDER,
  openDesk,
  openListing,
  TECH,
  type TestDesk,
  testConfig,
  told,
} from '../../helpers/slack-desk.js';
import { spf, startDns, type TestDns } from '../../hygiene/dns.js';

const IP = '203.0.113.17';
const HOST = 'mail1.relay.example';

const SOUND = {
  '17.113.0.203.in-addr.arpa': { ptr: [HOST] },
  [HOST]: { a: [IP], txt: ['v=spf1 a -all'] },
  ...spf({
    'acme.example': `v=spf1 ip4:${IP} ip4:192.0.2.30 -all`,
    '_dmarc.acme.example': 'v=DMARC1; p=reject; rua=mailto:d@acme.example',
  }),
};

/** A desk whose looks ask a name server of the test's. */
async function deskWith(table: TestDns['table']): Promise<{ desk: TestDesk; dns: TestDns; stop: () => void }> {
  const dns = await startDns(table);
  const config = testConfig({ relays: [Relay.parse({ host: 'mail1', name: HOST, outbound_ip: IP })] });
  let desk: TestDesk | undefined;
  const now = () => (desk as TestDesk).ctx.now();
  const directory = { relays: config.relays, partners: config.partners, customers: config.customers };
  const hygiene = createHygiene({ config, directory, resolver: dns.resolver, now }, () => (desk as TestDesk).ctx);
  const mend = { action: 'dnscheck-address', label: 'Check DNS', arg: IP };
  // A gate that hangs on the look, as the real one does: a card that says the same as before is not sent again.
  const gateOf = () => {
    const look = desk && latestAddressLook(desk.ctx.db, IP);
    const text = look ? `PTR: ${look.ptr.text}` : 'PTR was not looked at';
    return { isOpen: false, points: [{ id: 'ptr' as const, isMet: look?.ptr.state === 'ok', text, mend }] };
  };
  desk = await openDesk({ config, context: { hygiene, gateOf } });
  return { desk, dns, stop: hygiene.stop };
}

function ask(desk: TestDesk, text: string, user = TECH) {
  return desk.slack.command({ user, channel: ABUSE, command: '/dnscheck', text });
}

describe('/dnscheck', () => {
  it('shows three ticks for an address of ours, and keeps the look', async () => {
    const { desk } = await deskWith(SOUND);

    await ask(desk, IP);
    expect(told(desk, TECH)).toContain('Looking at the DNS');
    const shown = await desk.slack.until(() =>
      desk.slack.ephemerals(TECH).find(({ text }) => text.includes('all in order')),
    );

    const text = JSON.stringify(shown.blocks);
    expect(text.match(/:white_check_mark: \*(PTR|HELO|SPF)\*/g)).toHaveLength(3);
    expect(latestAddressLook(desk.ctx.db, IP)?.ptr.state).toBe('ok');
    expect(desk.slack.calls('response_url').length).toBeLessThanOrEqual(5);
  });

  it('finds a customer by its name, and gives the record to publish', async () => {
    const { desk } = await deskWith({ ...SOUND, ...spf({ 'acme.example': 'v=spf1 mx <!channel> -all' }) });

    await ask(desk, 'acme mills');
    const shown = await desk.slack.until(() =>
      desk.slack.ephemerals(TECH).find(({ text }) => text.includes('to mend')),
    );

    const text = JSON.stringify(shown.blocks);
    expect(text).not.toContain('<!channel>');
    expect(text).toContain(
      '*Replace* the TXT record at `acme.example`:\\n`v=spf1 mx &lt;!channel&gt; -all`\\nby this one:\\n```v=spf1 mx ip4:203.0.113.17 ip4:192.0.2.30 ~all```',
    );
    expect(text).not.toContain('*New*');
    expect(latestLook(desk.ctx.db, 'domain:acme.example')).toMatchObject({ spf: { state: 'bad' } });
  });

  it('does not keep looks at strangers, and calls silence no missing record', async () => {
    const { desk } = await deskWith({
      'silent.example': { fault: 'silent' },
      '_dmarc.silent.example': { rcode: 'SERVFAIL' },
    });

    await ask(desk, 'silent.example');
    await desk.slack.until(() => told(desk, TECH).includes('nothing could be found out'));

    expect(JSON.stringify(desk.slack.ephemerals(TECH))).toContain('cannot be found out now: no answer in time');
    expect(latestLook(desk.ctx.db, 'domain:silent.example')).toBeUndefined();
  });

  it('says that a stranger’s record owes us nothing, and of DKIM that nobody looked', async () => {
    const { desk } = await deskWith({ ...SOUND, ...spf({ 'stranger.example': 'v=spf1 mx -all' }) });
    const answerTo = async (text: string) => {
      const before = desk.slack.ephemerals(TECH).length;
      await ask(desk, text);
      const found = await desk.slack.until(() =>
        desk.slack.ephemerals(TECH)[before]?.blocks.length === 1 ? undefined : desk.slack.ephemerals(TECH)[before],
      );
      return JSON.stringify(found.blocks);
    };

    const stranger = await answerTo('stranger.example');
    expect(stranger).toContain(
      '`stranger.example` is neither a customer’s domain nor one of ours. What is wrong with it is for its owner',
    );
    expect(stranger).toContain(':white_check_mark: *SPF*');
    for (const own of ['203.0.113.17', '192.0.2.30', 'v=spf1 mx ~all']) expect(stranger).not.toContain(own);
    expect(stranger).toContain('*DKIM*  not looked at: no selector is known');
    expect(stranger).toContain('*1 of 2 wrong* for its owner to mend');
    expect(await answerTo('acme.example')).not.toMatch(/neither a customer|for its owner/);
    expect(await answerTo(IP)).not.toContain('DKIM');
  });

  it.each([
    ['is misspelt', { com: { rcode: 'NOERROR' as const } }, '*no such name in the DNS*. Is it spelt right?'],
    [
      'only the internet knows',
      {},
      '*nothing could be found out*: the DNS server that is asked knows no ".com" either',
    ],
  ])('tells one sentence of a name that %s, and nothing to publish', async (_, table, says) => {
    const { desk } = await deskWith({ ...SOUND, ...table });

    await ask(desk, 'misspelt.example');
    const shown = await desk.slack.until(() => desk.slack.ephemerals(TECH).find(({ blocks }) => blocks.length > 1));

    expect(shown.blocks[0]).toMatchObject({ text: { text: expect.stringContaining(says) } });
    expect(shown.blocks.map(({ type }) => type)).toEqual(['section', 'context', 'actions']);
    expect(JSON.stringify(shown.blocks)).not.toMatch(/New|v=spf1|neither a customer|DKIM/);
  });

  it.each(['acme.example', 'Acme'])('publishes nothing for a customer’s domain that is gone: %s', async (typed) => {
    const { desk } = await deskWith({ com: { rcode: 'NOERROR' } });

    await ask(desk, typed);
    const shown = await desk.slack.until(() => desk.slack.ephemerals(TECH).find(({ blocks }) => blocks.length > 1));

    expect(JSON.stringify(shown.blocks)).toContain(
      '*no such name in the DNS*. Is it spelt right in the configuration?',
    );
    expect(JSON.stringify(shown.blocks)).not.toMatch(/New|v=spf1|DKIM/);
  });

  it('checks again, and shares in the channel without its buttons', async () => {
    const { desk, dns } = await deskWith({ ...SOUND, [HOST]: { a: [IP] } });
    await ask(desk, IP);
    const { ts } = await desk.slack.until(() =>
      desk.slack.ephemerals(TECH).find(({ text }) => text.includes('1 of 3')),
    );

    await desk.press({ user: TECH, channel: ABUSE, ts, actionId: 'dnscheck-share' });
    const [shared] = await desk.slack.until(async () => {
      const messages = await desk.slack.messages(ABUSE);
      return messages.length > 0 ? messages : undefined;
    });
    dns.table = SOUND;
    await desk.press({ user: TECH, channel: ABUSE, ts, actionId: 'dnscheck-repeat' });
    await desk.slack.until(() => told(desk, TECH).includes('all in order'));

    expect(JSON.stringify(shared?.blocks)).toContain('by Ann');
    expect(JSON.stringify(shared?.blocks)).not.toContain('dnscheck-share');
  });

  it.each(['', 'help', 'not a target', '<!channel>', '999.1.2.3', 'x'.repeat(3000), 'localhost'])(
    'answers %j with an example that works',
    async (text) => {
      const { desk } = await deskWith({});

      await ask(desk, text);

      expect(told(desk, TECH)).toContain('/dnscheck example.com');
      expect(told(desk, TECH)).not.toContain('<!channel>');
    },
  );

  it('refuses an outsider', async () => {
    const { desk, dns } = await deskWith(SOUND);

    await ask(desk, IP, OUTSIDER);

    expect(told(desk, OUTSIDER)).toContain('was not done');
    expect(dns.asked).toEqual([]);
  });
});

describe('the look behind a listing’s card', () => {
  it('looks anew, tells the person, and has the card drawn again', async () => {
    const { desk } = await deskWith(SOUND);
    const card = await openListing(desk);
    const incident = findIncident(desk.ctx.db, 1);
    if (!incident) throw new Error('no incident');
    const updates = desk.slack.calls('chat.update').length;

    await desk.press({
      user: TECH,
      channel: DELIVERABILITY,
      ts: card.ts,
      actionId: 'dnscheck-address',
      value: `${buttonValue(incident)}:${IP}`,
    });
    await desk.slack.until(() => told(desk, TECH).includes('PTR'));
    await desk.settled();

    expect(latestAddressLook(desk.ctx.db, IP)?.spf.state).toBe('ok');
    expect(desk.slack.calls('chat.update').length).toBeGreaterThan(updates);
  });
});

describe('a round of looks', () => {
  it('tells the first look in one line, then only what changed, with before and after', async () => {
    const { desk, dns } = await deskWith(SOUND);
    const news = () => desk.slack.messages(DELIVERABILITY);

    await desk.ctx.hygiene.round();
    await desk.settled();
    await desk.ctx.hygiene.round();
    await desk.settled();
    expect(await news()).toHaveLength(1);
    expect((await news())[0]?.text).toMatch(/: \d+ looked at for the first time: \d+ in order/);

    dns.table = {
      ...SOUND,
      ...spf({ 'acme.example': 'v=spf1 ip4:192.0.2.30 `<!here>` -all' }),
      [HOST]: { rcode: 'SERVFAIL' },
    };
    await desk.ctx.hygiene.round();
    await desk.settled();

    expect(await news()).toHaveLength(2);
    const told = JSON.stringify((await news()).find(({ text }) => !text?.includes('for the first time'))?.blocks);
    expect(told).toContain('*SPF* of `acme.example` (Acme Mills) is *wrong now*');
    expect(told).toContain(`before: \`v=spf1 ip4:${IP} ip4:192.0.2.30 -all\``);
    expect(told).not.toContain('<!here>');
    // The name server could not tell about the host: no change of the address.
    expect(told).not.toContain(IP.concat('`'));
  });

  it('is due until our addresses were looked at', async () => {
    const { desk } = await deskWith(SOUND);

    expect(desk.ctx.hygiene.isDue()).toBe(true);
    await desk.ctx.hygiene.round();
    expect(desk.ctx.hygiene.isDue()).toBe(false);
  });

  it('ends when it is stopped, and tells nothing of half a round', async () => {
    const { desk, stop } = await deskWith(SOUND);

    const round = desk.ctx.hygiene.round();
    stop();
    await round;
    await desk.settled();

    expect(await desk.slack.messages(DELIVERABILITY)).toHaveLength(0);
  });
});
