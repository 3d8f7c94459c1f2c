// Microsoft. Its consumer mail and its business mail have separate lists and separate doors: the one's form does not help with the
// other. Facts: the provider's delisting guide, Outlook.com Postmaster (June 2026), Exchange NDR documentation.
import type { Receiver, Removal } from './receiver.js';

/** The sender support form of the consumer mail. */
const CONSUMER: Removal = {
  removalUrl:
    'https://support.microsoft.com/en-us/getsupport?oaspworkflow=start_1.0.0.0&wfname=capsub&productkey=edfsmsbl3&ccsid=636384055665373784',
  method: 'form',
  asks: [
    'affected IP address',
    'bounce message with its code',
    'actions taken to fix the issue',
    'name, mail address, time zone and role of the person who asks',
    'domain the mail was for (hotmail.com, outlook.com, …)',
    'domain it was sent from',
    'whether mail is blocked, throttled or put into the junk folder',
  ],
  expectedHours: [4, 72],
  lookupUrl: 'https://sendersupport.olc.protection.outlook.com/pm/troubleshooting.aspx',
  notes:
    'A robot answers first: mitigated, conditionally mitigated or not qualified. Answer its mail to reach a person, and keep the SRX number. The range may be affected: look at the neighbouring addresses too. sender.office.com is no help here.',
};

/** The codes, and the names of lists, in refusals of the business mail that no portal takes: the whole refusal is forwarded. */
export const LIFTED_BY_MAIL = /(?<![\w.])(?:5\.7\.511|Blocklist 1|FBLW\d+)(?!\w)/i;

export const microsoft: readonly Receiver[] = [
  {
    id: 'microsoft-consumer',
    name: 'Microsoft (Outlook.com, Hotmail)',
    kind: 'mailbox',
    confidence: 'high',
    ...CONSUMER,
  },
  {
    // What SNDS calls blocked: the same block that the refusals of the consumer mail tell, and the same form.
    id: 'microsoft-snds',
    name: 'Microsoft (SNDS)',
    kind: 'mailbox',
    confidence: 'high',
    ...CONSUMER,
  },
  {
    id: 'microsoft-365',
    name: 'Microsoft 365',
    kind: 'mailbox',
    confidence: 'high',
    removalUrl: 'https://sender.office.com/',
    method: 'self-service',
    asks: ['mail address of the person who asks (a link to confirm is sent there)', 'blocked IP address'],
    expectedHours: [0.5, 24],
    notes: 'Takes 5.7.606 to 5.7.649. Mostly done within half an hour after the link was followed.',
    byCode: [
      {
        codes: LIFTED_BY_MAIL,
        mail: 'delist@messaging.microsoft.com',
        method: 'email',
        asks: ['the whole non-delivery report, forwarded', 'blocked IP address', 'actions taken to fix the issue'],
        expectedHours: [0.5, 24],
        notes: 'The portal does not take this one.',
      },
    ],
  },
];
