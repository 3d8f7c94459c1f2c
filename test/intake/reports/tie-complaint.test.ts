import { expect, it } from 'vitest';
import type { MessageQuery, SentMessage } from '../../../src/intake/reports/message-index.js';
import { tieComplaint } from '../../../src/intake/reports/tie-complaint.js';
import type { Complaint, MessageHead } from '../../../src/mail/event.js';

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

it('fills in what the index knows of the message', () => {
  const asked: MessageQuery[] = [];
  const find = (query: MessageQuery) => {
    asked.push(query);
    return SENT;
  };

  expect(tieComplaint(complaint(), find)).toEqual({
    ...complaint(),
    customer: 'c-quay',
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
    },
  });
  expect(asked).toEqual([
    { queueIds: [], queueRelay: 'relay1', messageId: '<m@quay.example>', times: [NOW], senders: [] },
  ]);
});

it('leaves the customer to attribution where the relay named one', () => {
  const tied = tieComplaint(complaint({ customer: 'c-harbour' }), () => SENT);
  expect(tied).toMatchObject({ message: { customer: 'c-harbour', login: 'boat' } });
  expect(tied).not.toHaveProperty('customer');
});

it('changes nothing that tells how it came in, and nothing that is not known', () => {
  const known = complaint({ origin: 'client', clientIp: '192.0.2.7' });
  expect(tieComplaint(known, () => SENT)).toBe(known);
  const strange = complaint();
  expect(tieComplaint(strange, () => undefined)).toBe(strange);
});
