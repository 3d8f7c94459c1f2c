import { expect, it } from 'vitest';
import type { MessageQuery, SentMessage } from '../../../src/intake/reports/message-index.js';
import { tieReport } from '../../../src/intake/reports/tie-report.js';
import { UNATTRIBUTED } from '../../../src/mail/customer.js';
import type { Complaint, Delivery, MessageHead } from '../../../src/mail/event.js';

const NOW = Date.UTC(2026, 1, 3, 12);
const SENT: SentMessage = {
  relay: 'relay2',
  customer: 'c-quay',
  sender: 'boat@quay.example',
  login: 'boat',
  clientIp: '198.51.100.20',
  at: NOW - 3_600_000,
};

function complaint(more: Partial<MessageHead> = {}): Complaint {
  const message: MessageHead = {
    relay: 'relay1',
    queueId: '',
    acceptedAt: NOW,
    origin: 'unknown',
    sender: '',
    recipientCount: 1,
    sizeBytes: 0,
    messageId: '<m@quay.example>',
    ...more,
  };
  return { kind: 'complaint', at: NOW, message, feedbackType: 'abuse', reporter: 'webmail.test' };
}

function side(find: (query: MessageQuery) => SentMessage | undefined) {
  return {
    find,
    isCustomer: (id: string) => ['c-quay', 'shop'].includes(id),
    customerOfSender: (sender: string) => (sender.endsWith('@harbour.example') ? 'c-harbour' : undefined),
  };
}

function lateBounce(more: Partial<MessageHead> = {}, isLate = true): Delivery {
  const { message } = complaint(more);
  return {
    ...{ kind: 'delivery', at: NOW, message, recipient: 'x@far.test', isFirstAttempt: false, status: 'bounced' },
    ...{ dsn: '5.1.1', reply: '550 5.1.1 no such user' },
    ...(isLate ? { isLate } : {}),
  };
}

it('fills in what the index knows of the message', () => {
  const asked: MessageQuery[] = [];
  const find = (query: MessageQuery) => {
    asked.push(query);
    return SENT;
  };

  expect(tieReport(complaint(), side(find))).toEqual({
    ...complaint(),
    message: {
      relay: 'relay2',
      queueId: '',
      acceptedAt: NOW - 3_600_000,
      origin: 'client',
      clientIp: '198.51.100.20',
      login: 'boat',
      sender: 'boat@quay.example',
      recipientCount: 1,
      sizeBytes: 0,
      messageId: '<m@quay.example>',
      customer: 'c-quay',
    },
  });
  expect(asked).toEqual([
    { queueIds: [], queueRelay: 'relay1', messageId: '<m@quay.example>', times: [NOW], senders: [] },
  ]);
});

it('leaves the customer that the relay named', () => {
  const tied = tieReport(
    complaint({ customer: 'c-harbour' }),
    side(() => SENT),
  );
  expect(tied).toMatchObject({ message: { customer: 'c-harbour', login: 'boat' } });
});

it('changes nothing that tells how it came in, and nothing that is not known', () => {
  const known = complaint({ origin: 'client', clientIp: '192.0.2.7' });
  expect(
    tieReport(
      known,
      side(() => SENT),
    ),
  ).toBe(known);
  const strange = complaint();
  expect(
    tieReport(
      strange,
      side(() => undefined),
    ),
  ).toBe(strange);
});

it('does the same for a bounce that came late, and for no other delivery', () => {
  const asked: MessageQuery[] = [];
  const find = (query: MessageQuery) => {
    asked.push(query);
    return SENT;
  };
  const late = lateBounce({ queueId: 'Q7' });

  expect(tieReport(late, side(find))).toMatchObject({
    recipient: 'x@far.test',
    isLate: true,
    message: { relay: 'relay2', login: 'boat', sender: 'boat@quay.example', customer: 'c-quay' },
  });
  expect(asked).toMatchObject([{ queueIds: ['Q7'], queueRelay: 'relay1' }]);
  const inTime = lateBounce({}, false);
  expect(tieReport(inTime, side(find))).toBe(inTime);
});

it('else takes the customer whose id the return path carries', () => {
  const unknown = side(() => undefined);
  const of = (sender: string) => {
    const tied = tieReport(lateBounce({ sender }), unknown);
    return tied.kind === 'delivery' ? tied.message.customer : undefined;
  };
  expect(of('bounce+c-quay+x=far.test@relay.example')).toBe('c-quay');
  expect(of('bounce+c-gone+x=far.test@relay.example')).toBeUndefined();
  const returned = lateBounce({ sender: 'bounce+c-quay+x=far.test@relay.example' });
  const nobodys = side(() => ({ ...SENT, customer: UNATTRIBUTED }));
  expect(tieReport(returned, nobodys)).toMatchObject({ message: { customer: 'c-quay', login: 'boat' } });
  const { message } = tieReport(lateBounce(), nobodys) as Delivery;
  expect(message).not.toHaveProperty('customer');
});

it.each([
  'shop@far.example',
  'news+shop@far.example',
  'shop+liv=webmail.test@far.example',
  'prvs=1234abcdef=shop@far.example',
  'bounce+shop=webmail.test@far.example',
  'bounce+shop+liv=webmail.test@harbour.example',
])('takes no word of an ordinary sender for a customer: %s', (sender) => {
  for (const event of [complaint({ sender }), lateBounce({ sender })]) {
    expect(
      tieReport(
        event,
        side(() => undefined),
      ),
    ).toBe(event);
    const nobodys = tieReport(
      event,
      side(() => ({ ...SENT, customer: UNATTRIBUTED })),
    );
    expect(nobodys).toMatchObject({ message: { login: 'boat' } });
    expect((nobodys as Delivery).message).not.toHaveProperty('customer');
  }
});
