// What receivers answer, in the manners of the providers and programs that are met most. Nothing names a real host.
import { type Answer, type Asked, data, type Manner, rcpt, type Style, type Trouble, UPPER } from './manner.js';
import { PROGRAMS } from './manners-programs.js';
import { PROVIDERS } from './manners-providers.js';

const PLAIN: Required<Manner> = {
  sent: ({ dice }) => `250 2.0.0 Ok: queued as ${dice.text(UPPER, dice.int(10, 12))}`,
  unknown: ({ recipient, dice }) =>
    rcpt(
      dice.pick([
        `550 5.1.1 <${recipient}>: Recipient address rejected: User unknown in ${dice.pick(['virtual mailbox', 'local recipient', 'relay recipient'])} table`,
        `550 5.1.1 <${recipient}>: Recipient address rejected: undeliverable address: host mail[10.1.2.3] said: 550 5.1.1 User doesn't exist (in reply to RCPT TO command)`,
      ]),
    ),
  full: ({ recipient, dice }) =>
    rcpt(
      dice.pick([
        `552 5.2.2 <${recipient}>: Recipient address rejected: Quota exceeded (mailbox for user is full)`,
        `452 4.2.2 <${recipient}> Mailbox is full / Blocks limit exceeded / Inode limit exceeded`,
      ]),
    ),
  content: ({ dice }) =>
    data(
      dice.pick([
        '554 5.7.1 Message rejected as spam by Content Filtering.',
        `554 5.7.1 Spam message rejected`,
        `550 5.7.1 Gtube pattern or high spam score (${dice.int(8, 30)}.${dice.int(0, 9)}), message refused`,
        `554 5.7.0 Reject, id=${dice.int(10000, 99999)}-${dice.int(1, 20)} - SPAM`,
        '550 5.7.1 Spam detected, message rejected. If this is a mistake, please contact the postmaster',
      ]),
    ),
  auth: ({ sender, recipient, dice }) =>
    dice.pick([
      rcpt(
        `550 5.7.23 <${recipient}>: Recipient address rejected: Message rejected due to: SPF fail - not authorized. Please see http://www.openspf.net/Why?s=mfrom;id=${sender}`,
      ),
      data('550 5.7.1 rejected by DMARC policy for the domain of the author'),
    ]),
  grey: ({ recipient, dice }) =>
    rcpt(
      dice.pick([
        `450 4.2.0 <${recipient}>: Recipient address rejected: Greylisted, see http://postgrey.test/help/${recipient.slice(recipient.indexOf('@') + 1)}.html`,
        '451 4.7.1 Greylisting in action, please come back later',
        '450 4.7.1 Try again later (greylisted)',
        `451 4.3.2 Temporary deferral, please retry in ${dice.int(1, 10)} minutes`,
      ]),
    ),
  slow: ({ ip }) => ({ said: `450 4.7.1 Error: too much mail from ${ip}`, at: 'MAIL FROM' }),
  busy: ({ dice }) =>
    dice.pick([
      data('451 4.3.0 Error: queue file write error'),
      rcpt('452 4.3.1 Insufficient system storage'),
      { said: '421 4.3.2 Service not available, closing transmission channel', at: 'greeting' },
      rcpt('450 4.1.2 Recipient address rejected: Domain not found'),
    ]),
};

/** The receiver's thanks. */
export function accepts(style: Style, asked: Asked): string {
  return mannerOf(style).sent(asked);
}

/** The receiver's refusal or excuse. */
export function refuses(style: Style, trouble: Trouble, asked: Asked): Answer {
  return (mannerOf(style)[trouble] ?? PLAIN[trouble])(asked);
}

function mannerOf(style: Style): Manner {
  return PROVIDERS[style] ?? PROGRAMS[style] ?? PLAIN;
}
