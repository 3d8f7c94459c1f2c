// How the programs and filters of firms answer. A trouble that is missing here is told as by plain Postfix.
import { ALNUM, data, HEX, type Manner, rcpt, type Style, UPPER } from './manner.js';

export const PROGRAMS: Partial<Record<Style, Manner>> = {
  exim: {
    sent: ({ dice }) => `250 OK id=1t${dice.text(ALNUM, 4)}-0000000${dice.text(ALNUM, 4)}-${dice.text(ALNUM, 4)}`,
    unknown: ({ recipient, dice }) =>
      rcpt(
        dice.pick([
          '550 No Such User Here',
          '550 Unrouteable address',
          `550-Callout verification failed: 550 550 No such recipient ${recipient}`,
          '550 5.1.1 no such address here',
        ]),
      ),
    content: ({ dice }) =>
      data(
        dice.pick([
          '550 This message was classified as SPAM and may not be delivered',
          `550 High spam score (${dice.int(9, 30)}.${dice.int(0, 9)}) - message rejected`,
          '550 Administrative prohibition',
        ]),
      ),
    grey: () => rcpt('451 Deferred due to greylisting. Please try again later.'),
    auth: ({ ip, sender }) =>
      rcpt(`550 SPF: ${ip} is not allowed to send mail from ${sender.slice(sender.indexOf('@') + 1)}`),
  },
  exchange: {
    sent: ({ dice }) =>
      `250 2.6.0 <${dice.text(HEX, 20)}@srv.test> [InternalId=${dice.int(1e11, 9e12)}] Queued mail for delivery`,
    unknown: ({ dice }) =>
      rcpt(
        dice.pick([
          '550 5.1.1 User unknown',
          '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
        ]),
      ),
    content: () => data('550 5.7.1 Message rejected as spam by Content Filtering.'),
    full: () => rcpt('452 4.2.2 mailbox full'),
  },
  proofpoint: {
    sent: ({ dice }) => `250 2.0.0 4${dice.text(ALNUM.toLowerCase(), 9)}-1 Message accepted for delivery`,
    unknown: ({ recipient, dice }) =>
      rcpt(dice.pick([`550 5.1.1 <${recipient}>... User unknown`, '550 5.1.1 User Unknown'])),
    content: () => data('554 5.7.0 Message contains spam - rejected by the recipient organisation'),
  },
  barracuda: {
    sent: ({ dice }) => `250 Ok: queued as ${dice.text(UPPER, 9)}`,
    unknown: ({ recipient }) => rcpt(`550 cuda_nsu 5.1.1 <${recipient}>: Recipient address rejected: User unknown`),
    content: ({ recipient }) => data(`550 permanent failure for one or more recipients (${recipient}:blocked)`),
  },
  mimecast: {
    sent: ({ dice }) =>
      `250 SmtpThread-${dice.int(1e5, 9e6)}-${dice.int(1.77e12, 1.78e12)}@mx.test Received OK [${dice.text(ALNUM, 22)}.uk${dice.int(100, 400)}]`,
    unknown: ({ dice }) =>
      rcpt(
        `550 Invalid Recipient - https://community.test/docs/DOC-1369#550 [${dice.text(ALNUM, 22)}.uk${dice.int(100, 400)}]`,
      ),
    content: ({ dice }) =>
      data(
        `554 Email rejected due to security policies - https://community.test/docs/DOC-1369#554 [${dice.text(ALNUM, 22)}.uk${dice.int(100, 400)}]`,
      ),
    grey: ({ dice }) =>
      rcpt(
        `451 Internal resource temporarily unavailable - https://community.test/docs/DOC-1369#451 [${dice.text(ALNUM, 22)}.uk${dice.int(100, 400)}]`,
      ),
  },
  ironport: {
    sent: ({ dice }) => `250 ok:  Message ${dice.int(1e5, 9e7)} accepted`,
    unknown: ({ recipient }) => rcpt(`550 #5.1.0 Address rejected ${recipient}`),
    content: () => data('554 Message refused by content rules'),
  },
  qmail: {
    sent: ({ dice }) => `250 ok ${dice.int(1.77e9, 1.78e9)} qp ${dice.int(1000, 60000)}`,
    unknown: ({ dice }) =>
      rcpt(
        dice.pick([
          '550 sorry, no mailbox here by that name (#5.1.1 - chkusr)',
          '511 sorry, no mailbox here by that name (#5.1.1 - chkuser)',
        ]),
      ),
    content: () => data('554 mail server permanently rejected message (#5.3.0)'),
  },
  zimbra: {
    sent: ({ dice }) => `250 2.0.0 Ok: queued as ${dice.text(UPPER, 11)}`,
    unknown: ({ recipient }) =>
      rcpt(`550 5.1.1 <${recipient}>: Recipient address rejected: ${recipient.slice(recipient.indexOf('@') + 1)}`),
  },
  sendmail: {
    sent: ({ dice }) => `250 2.0.0 6${dice.text(ALNUM, 7)}0${dice.int(10000, 99999)} Message accepted for delivery`,
    unknown: ({ recipient }) => rcpt(`550 5.1.1 <${recipient}>... User unknown`),
    content: () => data('550 5.7.1 Blocked by content filter'),
  },
};
