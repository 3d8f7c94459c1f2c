// How the big mailbox providers answer. A trouble that is missing here is told as by plain Postfix.
import { ALNUM, type Asked, data, HEX, type Manner, rcpt, type Style, UPPER } from './manner.js';

const gsmtp = ({ dice }: Asked) =>
  `${dice.text(HEX, 14)}-${dice.text(HEX, 11)}si${dice.int(1e5, 9e9)}.${dice.int(1, 999)} - gsmtp`;
const eop = ({ dice }: Asked) =>
  `[${dice.pick(['DB5EUR01FT0', 'AM7EUR06FT0', 'BN8NAM12FT0', 'HE1EUR02FT0'])}${dice.int(10, 99)}.eop-${dice.pick(['EUR01', 'EUR06', 'nam12'])}.prod.protection.test ${new Date(1.77e12 + dice.int(0, 9e9)).toISOString()} 08DE${dice.text(UPPER, 12)}]`;

export const PROVIDERS: Partial<Record<Style, Manner>> = {
  google: {
    sent: (asked) => `250 2.0.0 OK  ${asked.dice.int(1.77e9, 1.79e9)} ${gsmtp(asked)}`,
    unknown: (asked) =>
      rcpt(
        asked.dice.pick([
          `550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's email address for typos or 550-5.1.1 unnecessary spaces. For more information, go to 550 5.1.1  https://support.test/mail/?p=NoSuchUser ${gsmtp(asked)}`,
          `550-5.2.1 The email account that you tried to reach is inactive. For more 550-5.2.1 information, go to 550 5.2.1  https://support.test/mail/?p=DisabledUser ${gsmtp(asked)}`,
        ]),
      ),
    full: (asked) =>
      rcpt(
        `452-4.2.2 The recipient's inbox is out of storage space. Please direct the 452-4.2.2 recipient to 452 4.2.2  https://support.test/mail/?p=OverQuotaTemp ${gsmtp(asked)}`,
      ),
    content: (asked) =>
      data(
        asked.dice.pick([
          `550-5.7.1 [${asked.ip}      12] Our system has detected that this message is 550-5.7.1 likely unsolicited mail. To reduce the amount of spam sent to Gmail, 550-5.7.1 this message has been blocked. For more information, go to 550 5.7.1  https://support.test/mail/?p=UnsolicitedMessageError ${gsmtp(asked)}`,
          `552-5.7.0 This message was blocked because its content presents a potential 552-5.7.0 security issue. To review our message content and attachment content 552-5.7.0 guidelines, go to 552 5.7.0  https://support.test/mail/?p=BlockedMessage ${gsmtp(asked)}`,
        ]),
      ),
    auth: (asked) =>
      data(
        `550-5.7.26 Your email has been blocked because the sender is unauthenticated. 550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM. 550-5.7.26  550-5.7.26  Authentication results: 550-5.7.26  DKIM = did not pass 550-5.7.26  SPF [${asked.sender.slice(asked.sender.indexOf('@') + 1)}] with ip: [${asked.ip}] = did not pass 550 5.7.26  https://support.test/mail/answer/81126 ${gsmtp(asked)}`,
      ),
    grey: (asked) =>
      data(
        `421-4.7.0 Try again later, closing connection. For more information, go to 421 4.7.0  https://support.test/a/answer/3221692 ${gsmtp(asked)}`,
      ),
    slow: (asked) =>
      data(
        asked.dice.pick([
          `421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating 421-4.7.28 from your IP Netblock [${asked.ip}      15]. To protect our users from 421-4.7.28 spam, mail sent from your IP Netblock has been temporarily rate 421-4.7.28 limited. For more information, go to 421 4.7.28  https://support.test/mail/?p=UnsolicitedRateLimitError ${gsmtp(asked)}`,
          `421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating 421-4.7.28 from your SPF domain [${asked.sender.slice(asked.sender.indexOf('@') + 1)}      35]. To 421-4.7.28 protect our users from spam, mail sent from your domain has been 421-4.7.28 temporarily rate limited. For more information, go to 421 4.7.28  https://support.test/mail/?p=UnsolicitedRateLimitError ${gsmtp(asked)}`,
        ]),
      ),
    busy: (asked) =>
      rcpt(
        `450-4.2.1 The user you are trying to contact is receiving mail at a rate that 450-4.2.1 prevents additional messages from being delivered. Please resend your 450-4.2.1 message at a later time. 450 4.2.1  https://support.test/mail/?p=ReceivingRate ${gsmtp(asked)}`,
      ),
  },
  'microsoft-consumer': {
    slow: (asked) => ({
      said: `451 4.7.650 The mail server [${asked.ip}] has been temporarily rate limited due to IP reputation. For e-mail delivery information, see https://postmaster.test (S775) ${eop(asked)}`,
      at: 'MAIL FROM',
    }),
    sent: ({ dice, sender }) =>
      `250 2.6.0 <${dice.text(HEX, 24)}@${sender.split('@')[1] || 'localhost'}> [InternalId=${dice.int(1e12, 9e13)}, Hostname=${dice.text(UPPER, 6)}MB${dice.int(1000, 9999)}.prod.test] ${dice.int(5, 60)}00 bytes in 0.1${dice.int(10, 99)}, 40.${dice.int(100, 999)} KB/sec Queued mail for delivery -> 250 2.1.5`,
    unknown: (asked) =>
      rcpt(
        asked.dice.pick([
          `550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). ${eop(asked)}`,
          `550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ${asked.recipient} not found by SMTP address lookup`,
        ]),
      ),
    full: () =>
      rcpt(
        '554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded',
      ),
    content: (asked) =>
      data(
        asked.dice.pick([
          `550 5.7.1 Message rejected as spam by Content Filtering. ${eop(asked)}`,
          `554 5.7.1 Message not accepted: it looks like spam or phishing. ${eop(asked)}`,
        ]),
      ),
    auth: (asked) =>
      data(
        `550 5.7.515 Access denied, sending domain ${asked.sender.slice(asked.sender.indexOf('@') + 1).toUpperCase()} doesn't meet the required authentication level. The sender's domain in the 5322.From address doesn't meet the authentication requirements defined for the sender. ${eop(asked)}`,
      ),
    grey: (asked) => rcpt(`451 4.7.500 Server busy. Please try again later from [${asked.ip}]. (S77719) ${eop(asked)}`),
    busy: (asked) =>
      rcpt(
        `451 4.7.652 The mail server [${asked.ip}] has exceeded the maximum number of connections. (S3115) ${eop(asked)}`,
      ),
  },
  'microsoft-365': {
    sent: ({ dice, sender }) =>
      `250 2.6.0 <${dice.text(HEX, 24)}@${sender.split('@')[1] || 'localhost'}> [InternalId=${dice.int(1e12, 9e13)}, Hostname=${dice.text(UPPER, 6)}MB${dice.int(1000, 9999)}.prod.test] ${dice.int(5, 60)}00 bytes in 0.1${dice.int(10, 99)}, 40.${dice.int(100, 999)} KB/sec Queued mail for delivery`,
    unknown: (asked) =>
      rcpt(
        asked.dice.pick([
          `550 5.4.1 Recipient address rejected: Access denied. For more information see https://aka.test/EXOSmtpErrors ${eop(asked)}`,
          `550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ${asked.recipient} not found by SMTP address lookup`,
        ]),
      ),
    full: () => rcpt('554 5.2.2 mailbox full; STOREDRV.Deliver; MailboxFull'),
    content: (asked) =>
      data(
        asked.dice.pick([
          `550 5.7.1 Message rejected as spam by Content Filtering.`,
          `554 5.7.1 Message was rejected: high confidence spam or phish by tenant policy ${eop(asked)}`,
        ]),
      ),
    auth: (asked) =>
      data(
        `550 5.7.509 Access denied, sending domain ${asked.sender.slice(asked.sender.indexOf('@') + 1)} does not pass DMARC verification and has a DMARC policy of reject. ${eop(asked)}`,
      ),
    grey: (asked) =>
      rcpt(`451 4.7.500 Server busy. Please try again later from [${asked.ip}]. (AS77712221) ${eop(asked)}`),
  },
  yahoo: {
    sent: () => '250 ok dirdel',
    unknown: ({ recipient, dice, mx }) =>
      rcpt(
        dice.pick([
          `554 delivery error: dd This user doesn't have a ${recipient.slice(recipient.indexOf('@') + 1)} account (${recipient}) [0] - ${mx}`,
          `552 1 Requested mail action aborted, mailbox not found`,
          `554 delivery error: dd Sorry, your message to ${recipient} cannot be delivered. This mailbox is disabled (554.30). - ${mx}`,
        ]),
      ),
    full: ({ recipient, mx }) =>
      data(`552 1 Requested mail action aborted: exceeded storage allocation for ${recipient} - ${mx}`),
    content: ({ dice }) =>
      data(
        dice.pick([
          '554 Message not allowed - [PH01] Email not accepted for policy reasons. Please visit https://postmaster.test/error-codes [120]',
          '554 5.7.9 Message not accepted for policy reasons. See https://postmaster.test/error-codes',
          '554 Message not allowed - [299]',
        ]),
      ),
    auth: () => data('554 5.7.9 Message not accepted for policy reasons. See https://postmaster.test/error-codes'),
    grey: ({ ip, dice }) => ({
      said: `421 4.7.0 [TSS04] Messages from ${ip} temporarily deferred due to unexpected volume or user complaints - 4.16.55.${dice.int(1, 9)}; see https://postmaster.test/error-codes`,
      at: 'MAIL FROM',
    }),
    slow: ({ ip, dice }) => ({
      said: `421 4.7.0 [TSS04] Messages from ${ip} temporarily deferred due to unexpected volume or user complaints - 4.16.55.${dice.int(1, 9)}; see https://postmaster.test/error-codes`,
      at: 'MAIL FROM',
    }),
    busy: ({ mx, dice }) =>
      data(`451 ${mx} Resources temporarily unavailable. Please try again later [#4.16.${dice.int(1, 9)}].`),
  },
  'mail-ru': {
    sent: ({ dice }) => `250 OK id=${dice.text(ALNUM, 6)}-${dice.text(ALNUM, 6)}-${dice.text(ALNUM, 2)}`,
    unknown: ({ recipient }) =>
      rcpt(
        `550 Message was not accepted -- invalid mailbox.  Local mailbox ${recipient} is unavailable: user not found`,
      ),
    full: ({ recipient }) =>
      rcpt(
        `550 Message was not accepted -- invalid mailbox.  Local mailbox ${recipient} is unavailable: quota exceeded`,
      ),
    content: ({ dice }) =>
      data(
        `550 spam message rejected. Please visit http://help.test/notspam-support/id?c=${dice.text(ALNUM, 20)} or report details to abuse. Error code: ${dice.text(UPPER, 12)}. ID: 0000000${dice.text(UPPER, 6)}.`,
      ),
  },
  'united-internet': {
    slow: () => ({ said: '421 Rate limit reached. Please try again later', at: 'MAIL FROM' }),
    sent: ({ dice }) =>
      `250 Requested mail action okay, completed: id=1M${dice.text(ALNUM, 5)}-1${dice.text(ALNUM, 5)}-00${dice.text(ALNUM, 4)}`,
    unknown: () =>
      rcpt(
        '550 Requested action not taken: mailbox unavailable For explanation visit https://postmaster.test/en/case?c=r0104',
      ),
    full: () => rcpt('552 Requested mail action aborted: exceeded storage allocation'),
    content: ({ dice }) =>
      data(
        `554 Transaction failed Reject due to policy restrictions. For explanation visit https://postmaster.test/en/case?c=r0801&r=1M${dice.text(ALNUM, 12)}`,
      ),
    auth: ({ sender }) =>
      rcpt(
        `550 <${sender}>: Reject due to SPF policy. The originating IP of the message is not permitted by the domain owner`,
      ),
    grey: ({ ip }) => ({
      said: `421 Rate limit reached. For explanation visit https://postmaster.test/en/case?c=r0103&i=ip&v=${ip}`,
      at: 'MAIL FROM',
    }),
  },
  't-online': {
    sent: ({ dice }) => `250 2.0.0 1t${dice.text(ALNUM, 4)}-0${dice.text(ALNUM, 5)}0 Message accepted.`,
    unknown: ({ dice }) => rcpt(dice.pick(['550 user unknown', '550-5.1.1 unknown user 550 5.1.1 mailbox not found'])),
    full: () => rcpt('552 5.2.2 Mailbox over quota'),
    content: () =>
      data(
        '550-5.7.0 Message considered as spam or virus, rejected 550-5.7.0 Your message has been rejected due to spam or virus classification. 550 5.7.0 If you feel this is inapplicable, please report the above error codes back.',
      ),
  },
  icloud: {
    slow: ({ recipient }) =>
      rcpt(
        `421 4.7.1 Messages to ${recipient} deferred due to excessive volume. Try again later - https://support.test/en-us/HT204137`,
      ),
    sent: ({ dice }) => `250 2.0.0 Ok: queued as ${dice.text(UPPER, 11)}`,
    unknown: ({ recipient }) => rcpt(`550 5.1.1 <${recipient}>: user does not exist`),
    full: ({ recipient }) => rcpt(`552 5.2.2 <${recipient}>: user is over quota`),
    content: ({ dice }) =>
      data(
        `${dice.pick(['550 5.7.1 [CS01]', '554 5.7.1 [HM08]'])} Message rejected due to local policy. Please visit https://support.test/en-us/HT204137`,
      ),
    grey: ({ recipient }) =>
      rcpt(
        `421 4.7.1 Messages to ${recipient} deferred due to excessive volume. Try again later - https://support.test/en-us/HT204137`,
      ),
  },
  orange: {
    sent: ({ dice }) => `250 2.0.0 ${dice.text(ALNUM, 10)} mail accepted for delivery`,
    unknown: () => rcpt(`550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]`),
    content: () => data('550 5.2.0 Mail rejete. Mail rejected. ofr_506 [506]'),
    grey: ({ mx }) => ({
      said: `421 ${mx.split('.')[0]} ME Trop de connexions, veuillez verifier votre configuration. Too many connections, slow down. OFR005_104 [104]`,
      at: 'greeting',
    }),
  },
};
