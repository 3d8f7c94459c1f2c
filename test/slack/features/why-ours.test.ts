// Why? of what is no customer's sender: an address of our own, the null sender, a partner; and whose silenced alarms stand below an answer.
import { expect, it } from 'vitest';
import type { Explanation } from '../../../src/detection/explanation.js';
import { markNoise } from '../../../src/incidents/noise/mark-noise.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { Customer, Partner } from '../../../src/partners/directory.js';
import { findCustomer, findPartner } from '../../../src/partners/find.js';
import { readWhy } from '../../../src/slack/why.js';
import { ANN, stolenMailbox, T0 } from '../../helpers/incidents.js';
import { ABUSE, openDesk, openListing, TECH, type TestDesk, told } from '../../helpers/slack-desk.js';

async function ask(desk: TestDesk, text: string): Promise<string> {
  const before = desk.slack.ephemerals(TECH).length;
  await desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text });
  const answer = await desk.slack.until(() => desk.slack.ephemerals(TECH)[before]);
  return JSON.stringify(answer.blocks);
}

const explain = async (): Promise<Explanation[]> => [];

it('says that an outbound address is our own, with what is listed of it', async () => {
  const outboundAddresses = () => ['203.0.113.17', '2001:db8::25'];
  const desk = await openDesk({ context: { explain, outboundAddresses } });
  await openListing(desk);
  const answer = await ask(desk, 'why 203.0.113.17');

  expect(answer).toContain('`203.0.113.17` is *our own*: our mail leaves from it. Whether it is listed, `/blcheck 203');
  expect(answer).toMatch(/Incident 1\S* .*203\.0\.113\.17.*: open, since/);
  expect(answer).not.toContain('Nothing is known');
  expect(await ask(desk, 'why 2001:DB8:0::25')).toContain('is *our own*');
  expect(await ask(desk, 'why 198.51.100.25')).toContain('Nothing is known of `198.51.100.25`');
});

it.each(['<>', '&lt;&gt;'])('says what the null sender is, as %s', async (typed) => {
  const desk = await openDesk({ context: { explain } });
  openFromFinding(desk.ctx, stolenMailbox({ key: 'bounces', senders: ['<>'], logins: [], clientIps: ['192.0.2.44'] }));
  const answer = await ask(desk, `why ${typed}`);

  expect(answer).toContain('That is *mail without a sender*');
  expect(answer).toContain('Bounces to strangers from Acme Mills: open');
  expect(told(desk, TECH)).not.toContain('Nothing is known');
});

it('names no silenced alarms of another sender of the customer', async () => {
  const known = (name: string): Explanation => ({
    ...{ customer: 'acme', entry: { kind: 'login', name }, scope: 'entry', name, isDeclaredBulk: false },
    ...{ knownSince: T0 - 86_400_000, hoursKnown: 60, evidence: 1, needed: 8, confidence: 0.01, isAlarm: false },
    ...{ signs: [], habit: { messagesADay: 18, recipientsAnHour: 4, newRecipientShare: 0, unknownUserShare: 0 } },
  });
  const acme = Customer.parse({ id: 'acme', name: 'Acme Mills' });
  const findIt = (typed: string) => findCustomer([acme], typed);
  const desk = await openDesk({ context: { explain: async (query) => [known(query)], findCustomer: findIt } });
  const { incident } = openFromFinding(desk.ctx, stolenMailbox({ key: 'acme|login:kim@acme.example' }));
  const said = { reason: 'invoices', scope: 'sender', kind: 'single', days: 7, lifts: false } as const;
  markNoise(desk.ctx, { incidentId: incident.id, actor: ANN, ...said });
  const silencedOf = async (query: string) => (await readWhy(desk.ctx, query)).noise.length;

  expect(await silencedOf('ole@acme.example')).toBe(0);
  expect(await silencedOf('kim@acme.example')).toBe(1);
  expect(await silencedOf('Acme Mills')).toBe(1);
});

it('says of a partner that it is one, and leads to its customers, first those with an incident', async () => {
  const partners = ['Northwind', 'Solveig', 'Tolv'].map((name) =>
    Partner.parse({ id: name.toLowerCase(), name: `${name} Partners` }),
  );
  const theirs = ['Ask', 'Bø', 'Dal', 'Eik', 'Foss', 'Gran'].map((name) => ({ id: name, name, partner: 'northwind' }));
  const acme = { id: 'acme', name: 'Acme Mills', partner: 'northwind' };
  const other = { id: 'nw', name: 'Northwind Partners Bakery' };
  const few = ['Ur', 'Vik', 'Wang'].map((name) => ({ id: name, name, partner: name === 'Wang' ? 'tolv' : 'solveig' }));
  const customers = [...theirs, ...few, acme, other].map((each) => Customer.parse(each));
  const desk = await openDesk({
    context: {
      ...{ explain, findCustomer: (typed) => findCustomer(customers, typed) },
      findPartner: (typed) => findPartner({ partners, customers }, typed),
    },
  });
  openFromFinding(desk.ctx, stolenMailbox({ key: 'acme|login:kim@acme.example' }));
  const answer = await ask(desk, 'why northwind partners');

  expect(answer).toContain('*Northwind Partners* is a *partner*, and looks after 7 customers. Why? is for one of them');
  expect(answer).toContain('ask for `Acme Mills`, `Ask`, `Bø`, `Dal`, `Eik` or one of 2 others.');
  expect(answer).toMatch(/Incident 1\S* · Compromised mailbox: kim@acme.example · Acme Mills: open, since/);
  expect(await ask(desk, 'why solveig')).toContain('Why? is for one of them: ask for `Ur` or `Vik`.');
  expect(await ask(desk, 'why tolv')).toContain('Why? is for that customer: ask for `Wang`.');
  // What is like a customer's name is taken for the customer.
  expect(await ask(desk, 'why bakery')).toContain('is taken for *Northwind Partners Bakery*');
  expect(await ask(desk, 'why acme mills')).not.toContain('is a *partner*');
});
