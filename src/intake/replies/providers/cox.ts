// Cox on its old cloudfilter platform, which Spectrum uses too. Mailboxes on Yahoo hosts refuse as Yahoo does.
import { kinds, type Provider, re } from '../reply.js';

export const cox: Provider = {
  id: 'cox',
  hosts: ['cloudfilter.net'],
  domains: ['cox.net'],
  marks: ['postmaster.cox.net', 'www.cox.com/'],
  patterns: [
    {
      // A bit for each list, from the right: Spamhaus, Return Path, ivmSIP, Cloudmark.
      id: 'cox-ipbl',
      ...kinds.dnsbl,
      zoneOfCode: { IPBL0001: 'zen.spamhaus.org', IPBL00001: 'zen.spamhaus.org' },
      pattern: re`AUP#(?<code>IPBL[01]{4,5})`,
      basis: 'composed',
      examples: [
        '554 cxr.mx.a.cloudfilter.net cox 192.0.2.25 blocked. Refer to Error Codes section at https://www.cox.com/residential/support/email-error-codes.html for more information. AUP#IPBL1000',
      ],
    },
    {
      // Ends within a day.
      id: 'cox-cdrbl',
      ...kinds.block,
      isPermanent: 'by-code',
      pattern: re`(?:AUP#|Error Code: )(?<code>CDRBL)`,
      basis: 'observed',
      examples: [
        '554 imp.example.net cox 192.0.2.25 blocked - Error Code: CDRBL - Refer to Error Codes section at http://postmaster.cox.net for more information.',
        '550 5.1.0 <bounce@example.com> sender rejected. Refer to Error Codes section at https://www.cox.com/residential/support/email-error-codes.html for more information. AUP#CDRBL',
      ],
    },
    {
      id: 'cox-url',
      ...kinds.content,
      pattern: re`AUP#(?<code>URLBL[01]{3,4})`,
      basis: 'composed',
      examples: ['552 5.2.0 message rejected AUP#URLBL011'],
    },
    {
      id: 'cox-ptr',
      ...kinds.ptr,
      pattern: re`AUP#(?<code>CXDNS)\b`,
      basis: 'composed',
      examples: ['554 cxr.mx.a.cloudfilter.net cox connection refused AUP#CXDNS'],
    },
    {
      id: 'cox-auth',
      ...kinds.auth,
      pattern: re`AUP#(?<code>CXSNDR)\b`,
      basis: 'composed',
      examples: ['550 5.1.0 cxr.mx.a.cloudfilter.net cox sender rejected AUP#CXSNDR'],
    },
    {
      // CXSMTP protocol, CXCNCT connections, CXMXRT volume.
      id: 'cox-other',
      ...kinds.policy,
      pattern: re`AUP#(?<code>CX[A-Z]{4,5})`,
      basis: 'composed',
      examples: ['421 cxr.mx.a.cloudfilter.net cox connection refused AUP#CXCNCT'],
    },
  ],
};
