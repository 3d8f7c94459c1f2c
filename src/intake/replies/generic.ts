// Wordings many servers share, tried after every receiver's own: unknown users, full mailboxes, refused content. The enhanced
// status code decides where the text does not (RFC 3463 section 3; IANA registry).
import type { Meaning, ReplyPattern } from './reply.js';

export const generic: ReplyPattern[] = [
  {
    id: 'content-spam',
    pattern:
      /(?:classified|identified|detected|rejected|blocked|marked|considered|looks like|likely|appears to be|contains?|is)(?: \S+){0,4} (?:as |to be )?(?:spam|unsolicited mail|unsolicited bulk|junk|virus|phishing|malware)\b/i,
    meaning: 'content',
    isPermanent: true,
    rerouteHelps: false,
    example: '550 This message was classified as SPAM and may not be delivered',
  },
  {
    id: 'content-policy',
    pattern: /5\.7\.9 Message not accepted for policy reasons/i,
    meaning: 'content',
    isPermanent: true,
    rerouteHelps: false,
    example: '554 5.7.9 Message not accepted for policy reasons. See https://postmaster.receiver.example/error-codes',
  },
  {
    id: 'unknown-user',
    pattern:
      /user unknown|unknown (?:user|recipient|local part|mailbox)|no such (?:user|mailbox|recipient|address|person)|(?:account|mailbox|user|address|recipient)[^.;]{0,60}?(?:does not|doesn.t|not) exist|mailbox not found|recipient not found|invalid (?:recipient|mailbox)|no mailbox here|inactive|disabled user|mailbox (?:is )?disabled|mailbox unavailable(?! For explanation)/i,
    meaning: 'unknown-user',
    isPermanent: true,
    rerouteHelps: false,
    example: '550 5.1.1 <bob@receiver.example>: Recipient address rejected: User unknown in virtual mailbox table',
  },
  {
    id: 'mailbox-full',
    pattern: /mailbox (?:is )?full|over ?quota|quota exceeded|out of storage space|insufficient (?:mailbox )?storage/i,
    meaning: 'mailbox-full',
    isPermanent: true,
    rerouteHelps: false,
    example: '552 5.2.2 <bob@receiver.example>: Recipient address rejected: Mailbox full',
  },
];

/** What an enhanced status code alone says; undefined when it says too little. */
export function meaningOfCode(dsn: string): Meaning | undefined {
  switch (dsn) {
    case '5.1.1': // bad destination mailbox address
    case '5.1.3': // bad destination mailbox address syntax
    case '5.1.6': // destination mailbox has moved
    case '5.1.10': // recipient address has null MX
    case '5.2.1': // mailbox disabled
      return 'unknown-user';
    case '5.2.2':
    case '4.2.2':
      return 'mailbox-full';
    default:
      return dsn.startsWith('4.') ? 'temporary' : undefined;
  }
}
