import { describe, expect, it } from 'vitest';
import { classifyReply, replyPatterns } from '../../../src/intake/replies/index.js';

describe('reply patterns', () => {
  it.each(replyPatterns.map((pattern) => [pattern.id, pattern] as const))(
    '%s reads the line that taught it',
    (id, pattern) => {
      const read = classifyReply(pattern.example);

      expect(read?.patternId).toBe(id);
      expect(read?.meaning).toBe(pattern.meaning);
      if (pattern.pattern.source.includes('<ip>') && pattern.example.includes('192.0.2.25'))
        expect(read?.ip).toBe('192.0.2.25');
    },
  );

  it('have unique ids', () => {
    expect(new Set(replyPatterns.map((pattern) => pattern.id)).size).toBe(replyPatterns.length);
  });
});

describe('classifyReply', () => {
  it.each([
    ["messages from [192.0.2.25] weren't sent. … since part of their network is on our block list (AS3150).", 'S3150'],
    ['550 5.7.649 Access denied, banned sending IP [2001:db8::25].', '5.7.649'],
    ['421 4.7.0 RP-003 (X) too many', 'RP-003'],
  ])('keeps the receiver code of %s', (reply, code) => {
    expect(classifyReply(reply)?.code).toBe(code);
  });

  it.each([
    ['250 2.0.0 Ok: queued as 4PZbknn8dGtQJ', undefined],
    ['connect to mx.example[192.0.2.9]:25: Connection timed out', undefined],
    ['host mx.example[192.0.2.9] said: 450 4.7.1 Error: too much mail from 192.0.2.25', undefined],
    ["552-5.2.2 The recipient's inbox is out of storage space.", 'mailbox-full'],
    ['550-5.1.1 The email account that you tried to reach does not exist.', 'unknown-user'],
    ['550-5.2.1 The email account that you tried to reach is inactive.', 'unknown-user'],
    ['550 5.7.650 Access denied, banned sending IP [192.0.2.25]', undefined],
  ])('%s means %s', (reply, meaning) => {
    expect(classifyReply(reply)?.meaning).toBe(meaning);
  });

  it('lets the status code decide when the text does not', () => {
    expect(classifyReply('550 nein', '5.1.1')?.meaning).toBe('unknown-user');
  });

  it('is not stopped by a reply of a megabyte', () => {
    expect(classifyReply(`550 ${'is a '.repeat(200_000)}`)).toBeUndefined();
  });
});
