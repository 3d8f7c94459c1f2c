// Mail that is not taken from our host, and the same words where a login, a list, a letter or the receiver's own trouble is the cause.
import { describe, expect, it } from 'vitest';
import { classifyReply } from '../../../src/intake/replies/index.js';

const meaningOf = (reply: string) => classifyReply(reply)?.meaning;

describe('mail from our host that is not taken', () => {
  it.each([
    '552 Sorry, We Do Not Permit Mail From Your Host',
    '550 5.7.1 We don’t allow messages from your server.',
    '550 We do not take connections from your network because of spam',
    '550 We will not take any mail from your provider any more',
    '554 mx.example.net does not allow messages from your IP [192.0.2.25], see http://www.example.net/',
    '550 Our policy does not permit mail from your host: spam',
    '450 We do not take mail from your machine',
    '553 Malware source: 192.0.2.25',
    '550 Your host is a known virus source',
  ])('is a block: %s', (reply) => {
    expect(meaningOf(reply)).toBe('ip-block');
  });

  it.each([
    ['temporary', '451 4.3.2 We cannot take mail from your host now, try later'],
    ['temporary', '421 4.3.2 We do not take connections from your host at the moment'],
    ['temporary', '450 4.7.1 We will not take mail from your host yet, come back in five minutes'],
    ['temporary', '451 We cannot take messages from your server: disk is full'],
    ['temporary', '451 4.4.1 We cannot take connections from your host, our backend is restarting'],
    ['temporary', '421 4.7.0 We do not allow connections from your IP so often'],
    ['temporary', '421 You cannot connect for 10 minutes: we restart our servers'],
    [undefined, '530 5.7.0 We do not allow mail from your server unless you authenticate'],
    [undefined, '530 You may not connect for 5 minutes after a failed login'],
    ['tls', '550 5.7.1 We do not permit mail from your server without TLS'],
    ['policy', '554 5.7.1 We do not allow connections from your host on port 25, use port 587'],
    ['policy', '550 5.7.1 We don’t allow mail from your server to this list'],
    ['policy', '550 5.7.1 This group does not allow messages from your server'],
    ['policy', '550 5.7.1 Your ASN is blocked from writing to this group'],
    ['policy', '550 5.7.1 We do not allow mail from your host to more than 50 people at once'],
    ['policy', '552 5.3.4 We do not take mail from your host larger than 10 MB'],
    ['policy', '550 5.7.1 We don’t take messages from your host in this format'],
    ['policy', '550 5.7.1 We do not allow mail from your server with an empty envelope'],
    ['policy', '550 5.7.1 We cannot permit messages from your server unless they are signed'],
    ['policy', '554 5.4.6 We cannot take mail from your server: a loop'],
    ['unknown-user', '550 5.1.1 We do not take mail from your host for ann@example.com'],
    ['content', '550 Message contained a virus source http://www.example.com/'],
    ['content', '554 5.6.0 Malware source: letter.zip in part 2'],
    ['content', '550 Virus source found in the attached file'],
    ['content', '451 The virus source scanner is not available'],
    [undefined, '550 Subscription refused. Apply for removal from this newsletter: https://news.example.net/'],
    ['unknown-user', '550 5.1.1 No such person; ask for removal of the name: https://form.example.net/'],
    ['policy', '550 5.7.1 Certificate refused; ask for removal: https://form.example.net/'],
  ])('is not meant here: %s for %s', (meaning, reply) => {
    expect(meaningOf(reply)).toBe(meaning);
  });
});
