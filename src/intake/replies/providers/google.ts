// Gmail and Google Workspace. Its codes are its own readings of registered ones (4.7.23 is reverse DNS here), and other servers use
// the same numbers for other things: they count only in a reply that is Google's. Wordings: Google's list of SMTP errors (February
// 2026), and refusals seen.
import { IP, kinds, type Provider, re } from '../reply.js';

export const google: Provider = {
  id: 'google',
  hosts: ['google.com', 'googlemail.com'],
  domains: ['gmail.com', 'googlemail.com'],
  marks: [
    'gsmtp',
    'support.google.com',
    'gmail has ',
    'gmail requires ',
    'to gmail,',
    'and gmail users',
    'unauthenticated email from',
  ],
  patterns: [
    {
      // For good: it is blocked, not slowed down.
      id: 'g-5.7.28-ip',
      ...kinds.block,
      pattern: re`^5\d\d .{0,180}?unusual (?:rate|amount) of (?:unsolicited )?e?mail originating.{0,10}from your IP (?:address|Netblock)`,
      basis: 'observed',
      examples: [
        '550-5.7.28 [192.0.2.25] There is an unusual rate of unsolicited email originating from your IP address. To protect our users from spam, email sent from your IP address has been blocked. - gsmtp',
      ],
    },
    {
      id: 'g-4.7.28-ip',
      ...kinds.throttle,
      isPermanent: 'by-code',
      pattern: re`[45]\.7\.\d{1,2} (?:\[?${IP}[^\]]{0,20}\]? )?.{0,140}?unusual (?:rate|amount) of (?:unsolicited )?e?mail originating.{0,10}from your IP address`,
      basis: 'observed',
      examples: [
        '421 4.7.28 [192.0.2.25] Our system has detected an unusual rate of unsolicited mail originating from your IP address. To protect our users from spam, mail sent from your IP address has been temporarily rate limited. Please visit https://support.google.com/mail/?p=UnsolicitedRateLimitError to review our Bulk Email Senders Guidelines. - gsmtp',
      ],
    },
    {
      id: 'g-4.7.28-netblock',
      ...kinds.throttle,
      isPermanent: 'by-code',
      pattern: re`[45]\.7\.28 .{0,160}?your IP Netblock(?: ${IP})?`,
      basis: 'official',
      examples: [
        '421-4.7.28 Gmail has detected an unusual rate of unsolicited email originating from your IP Netblock 192.0.2.0. To protect our users from spam, email sent from your IP Netblock has been temporarily rate limited. - gsmtp',
      ],
    },
    {
      id: 'g-4.7.28-domain',
      ...kinds.domainThrottle,
      isPermanent: 'by-code',
      pattern: re`[45]\.7\.28 .{0,160}?your (?:DKIM|SPF) domain(?: \[?(?<domain>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}))?`,
      basis: 'official',
      examples: [
        '421-4.7.28 Gmail has detected an unusual rate of unsolicited email originating from your DKIM domain example.com. To protect our users from spam, email sent from your domain has been temporarily rate limited. - gsmtp',
      ],
    },
    {
      id: 'g-4.7.28-url',
      ...kinds.content,
      isPermanent: 'by-code',
      pattern: re`[45]\.7\.28 .{0,160}?one of your URL domains`,
      basis: 'official',
      examples: [
        '421-4.7.28 Gmail has detected an unusual rate of unsolicited email containing one of your URL domains. To protect our users from spam, email with the URL has been temporarily rate limited. - gsmtp',
      ],
    },
    {
      id: 'g-4.7.28-generic',
      ...kinds.throttle,
      isPermanent: 'by-code',
      pattern: re`[45]\.7\.28 .{0,80}?unusual rate of e?mail\.`,
      basis: 'official',
      examples: [
        '421-4.7.28 Gmail has detected an unusual rate of email. To protect our users from spam, email has been temporarily rate limited. - gsmtp',
      ],
    },
    {
      // With 421 it is slowed down, with 550 refused.
      id: 'g-low-ip',
      ...kinds.block,
      isPermanent: 'by-code',
      pattern: re`(?:\[${IP}[^\]]{0,20}\] .{0,120}?)?very low reputation of the sending IP address`,
      basis: 'official',
      examples: [
        '550-5.7.1 [192.0.2.25] Our system has detected that this message is likely suspicious due to the very low reputation of the sending IP address. To best protect our users from spam, the message has been blocked. Please visit https://support.google.com/mail/answer/188131 for more information. - gsmtp',
        '421-4.7.0 [192.0.2.25] This message is suspicious due to the very low reputation of the sending IP address. To protect our users from spam, email sent from your IP address has been temporarily rate limited.',
      ],
    },
    {
      id: 'g-low-domain',
      ...kinds.domainBlock,
      isPermanent: 'by-code',
      pattern: re`very low reputation of the sending domain`,
      basis: 'observed',
      examples: [
        '550-5.7.1 [192.0.2.25 19] Our system has detected that this message is likely suspicious due to the very low reputation of the sending domain. To best protect our users from spam, the message has been blocked. - gsmtp',
      ],
    },
    {
      id: 'g-unsolicited',
      ...kinds.content,
      isPermanent: 'by-code',
      pattern: re`[45]\.7\.\d{1,2} (?:\[${IP}[^\]]{0,20}\] )?.{0,70}?likely unsolicited e?mail`,
      basis: 'observed',
      examples: [
        '550-5.7.1 [192.0.2.25 12] Our system has detected that this message is likely unsolicited mail. To reduce the amount of spam sent to Gmail, this message has been blocked. Please visit https://support.google.com/mail/?p=UnsolicitedMessageError for more information. - gsmtp',
      ],
    },
    {
      id: 'g-content',
      ...kinds.content,
      isPermanent: 'by-code',
      pattern: re`suspicious due to the nature of the content`,
      basis: 'observed',
      examples: [
        '421-4.7.0 [192.0.2.25 15] Our system has detected that this message is suspicious due to the nature of the content and/or the links within. To best protect our users from spam, the message has been blocked. - gsmtp',
      ],
    },
    {
      id: 'g-ipv6',
      ...kinds.ptr,
      pattern: re`does not meet IPv6 sending guidelines`,
      basis: 'observed',
      examples: [
        '550-5.7.1 [2001:db8::25] Our system has detected that this message does not meet IPv6 sending guidelines regarding PTR records and authentication. - gsmtp',
      ],
    },
    {
      id: 'g-ptr',
      ...kinds.ptr,
      isPermanent: 'by-code',
      isShared: true,
      pattern: re`[45]\.7\.(?:0|1|23|25) .{0,140}?PTR record`,
      basis: 'official',
      examples: [
        '550-5.7.25 [192.0.2.25] The IP address sending this message does not have a PTR record setup, or the corresponding forward DNS entry does not point to the sending IP. - gsmtp',
        "451-4.7.23 [192.0.2.25] The sending IP address for this message doesn't have a PTR record, or the PTR record's forward DNS entry doesn't match the sending IP address. - gsmtp",
      ],
    },
    {
      // 24 a doubtful SPF record, 26 nothing authenticates or DMARC says no, 27 SPF, 30 DKIM, 32 alignment, 40 no DMARC record.
      id: 'g-auth',
      ...kinds.auth,
      isPermanent: 'by-code',
      isShared: true,
      pattern: re`(?<code>[45]\.7\.(?:24|26|27|30|32|40))\b`,
      basis: 'official',
      examples: [
        '550-5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM. - gsmtp',
        "421-4.7.32 Your email has been rate limited because the From: header (RFC5322) in this message isn't aligned with either the authenticated SPF or DKIM organizational domain. - gsmtp",
      ],
    },
    {
      id: 'g-tls',
      ...kinds.tls,
      isPermanent: 'by-code',
      isShared: true,
      pattern: re`(?<code>[45]\.7\.29)\b`,
      basis: 'official',
      examples: [
        "421-4.7.29 Your email has been rate limited because this message wasn't sent over a TLS connection. - gsmtp",
      ],
    },
    {
      // Mostly a range that its owner says sends no mail.
      id: 'g-direct',
      ...kinds.block,
      pattern: re`is not authorized to send e?mail directly to our servers`,
      basis: 'official',
      examples: [
        "550-5.7.1 [192.0.2.25] The IP you're using to send mail is not authorized to send email directly to our servers. Please use the SMTP relay at your service provider instead. - gsmtp",
      ],
    },
    {
      // Ends the words that an organisation's administrator gave to a rule of its own: what it is about only they say.
      id: 'g-rule',
      ...kinds.recipientPolicy,
      pattern: re`^5\d\d 5\.7\.1 .{1,900} - gcdp$`,
      unless: re`\b(?:ips?|hosts?|servers?|network|mta|SPF|DKIM|DMARC|spam|virus|malware|phishing|no longer|(?:does|do) not exist|unknown)\b|(?:black|block) ?list|\d\.\d{1,3}\.\d{1,3}\.\d`,
      basis: 'observed',
      examples: [
        '550-5.7.1 This group is over its limit of mail, blocked outside example.com. 550 5.7.1 See https://example.com/help - gcdp',
      ],
    },
    {
      id: 'g-rcpt-rate',
      ...kinds.recipientVolume,
      pattern: re`[45]\.2\.1 The user you are trying to contact is receiving e?mail (?:too quickly|at a rate)`,
      basis: 'observed',
      examples: [
        '450-4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered. - gsmtp',
      ],
    },
    {
      id: 'g-nouser',
      ...kinds.unknownUser,
      pattern: re`5\.[12]\.1 The email account that you tried to reach (?:does not exist|is (?:disabled|inactive))`,
      basis: 'observed',
      examples: [
        "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces. - gsmtp",
      ],
    },
  ],
};
