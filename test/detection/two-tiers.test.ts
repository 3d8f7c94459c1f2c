// Two tiers of relays in one log, from the lines to the counters: each message counts once, as mail of the relay that took it from the client,
// and what becomes of it as of the one that sent it.
import { expect, it } from 'vitest';
import { Pipeline } from '../../src/detection/pipeline.js';
import { Directory } from '../../src/partners/directory.js';

const directory = Directory.parse({
  relays: [
    { host: 'submit', name: 'submit.north.example', outbound_ip: '203.0.113.1' },
    { host: 'out', helo: 'out.north.example', outbound_ip: '203.0.113.2' },
  ],
  customers: [{ id: 'acme', name: 'Acme Mills', domains: ['acme.example'], sasl_users: ['ann@acme.example'] }],
});

/** A message to two, which the first relay hands to the second in one piece. */
const message = (n: number) => {
  const [first, second] = [`4AAA00000${n}A`, `4BBB00000${n}B`];
  const [submit, out] = ['submit', 'out'].map(
    (relay) => (text: string) => `2026-01-14T10:00:0${n}.000000+01:00 ${relay} postfix/${text}\n`,
  ) as [(text: string) => string, (text: string) => string];
  const queued = (id: string) => `qmgr[3]: ${id}: from=<ann@acme.example>, size=900, nrcpt=2 (queue active)`;
  const sent = (id: string, to: string, host: string, reply: string) =>
    `smtp[4]: ${id}: to=<${to}>, relay=${host}:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (${reply})`;
  const to = ['c@one.example', 'd@two.example'];
  const reply = `250 2.0.0 Ok: queued as ${second}`;
  return [
    submit(`smtpd[1]: ${first}: client=pc[192.0.2.7], sasl_method=PLAIN, sasl_username=ann@acme.example`),
    submit(`cleanup[2]: ${first}: message-id=<m${n}@acme.example>`),
    submit(queued(first)),
    out(`smtpd[1]: ${second}: client=submit.north.example[203.0.113.1]`),
    out(`cleanup[2]: ${second}: message-id=<m${n}@acme.example>`),
    out(queued(second)),
    ...to.map((each) => submit(sent(first, each, 'out.north.example[10.0.0.2]', reply))),
    submit(`qmgr[3]: ${first}: removed`),
    ...to.map((each) => out(sent(second, each, 'mx.one.example[198.51.100.1]', '250 ok'))),
    out(`qmgr[3]: ${second}: removed`),
  ].join('');
};

it('counts what one relay hands to another once', () => {
  const pipeline = new Pipeline({ directory });
  const bytes = Buffer.from([1, 2, 3].map(message).join(''));
  pipeline.read(pipeline.reader('mail.log', 'postfix'), bytes, 0, bytes.length);
  const rows = pipeline.counters.take();
  const of = (kind: string) =>
    rows
      .filter((row) => row.kind === kind)
      .map(({ name, owner, messages, recipients, sent }) => [owner, name, messages, recipients, sent])
      .toSorted();

  expect(of('sender')).toEqual([['acme', 'ann@acme.example', 3, 6, 6]]);
  expect(of('relay')).toEqual([
    ['acme', 'out', 0, 0, 6],
    ['acme', 'submit', 3, 6, 0],
  ]);
  expect(of('outbound')).toEqual([['acme', '203.0.113.2', 0, 0, 6]]);
  expect(pipeline.stats).toMatchObject({ unknownLines: 0, openMessages: 0 });
});

it('counts what the first sends by itself as its own, whatever it hands over besides', () => {
  const straight = (n: number) =>
    message(n)
      .split(/(?<=\n)/)
      .filter((line) => line.includes(' submit '))
      .join('')
      .replaceAll('out.north.example[10.0.0.2]', 'mx.one.example[198.51.100.1]');
  const rows = counted([message(1), straight(2), message(3), straight(4)].join('')).filter(
    ({ kind }) => kind === 'relay',
  );

  expect(rows.map(({ name, messages, sent }) => [name, messages, sent]).toSorted()).toEqual([
    ['out', 0, 4],
    ['submit', 4, 4],
  ]);
});

it('counts what the second removes unsent', () => {
  const lines = message(1).split(/(?<=\n)/);
  const taken = lines.filter((line) => line.includes('(queue active)') || line.includes('client=')).join('');
  const removed = '2026-01-14T10:01:00.000000+01:00 out postfix/postsuper[9]: 4BBB000001B: removed\n';
  const senders = counted(taken + removed).filter(({ kind }) => kind === 'sender');

  expect(senders.map(({ messages, recipients }) => [messages, recipients])).toEqual([[2, 4]]);
});

function counted(lines: string) {
  const pipeline = new Pipeline({ directory });
  const bytes = Buffer.from(lines);
  pipeline.read(pipeline.reader('mail.log', 'postfix'), bytes, 0, bytes.length);
  return pipeline.counters.take();
}
