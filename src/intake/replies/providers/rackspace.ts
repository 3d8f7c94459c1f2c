// Rackspace Email: the text behind the return code names the list.
import { CALLED } from '../list-names.js';
import { IP, kinds, type Provider, re } from '../reply.js';

export const rackspace: Provider = {
  id: 'rackspace',
  hosts: ['emailsrvr.com'],
  domains: [],
  patterns: [
    {
      id: 'rs-acl-named',
      ...kinds.dnsbl,
      pattern: re`ACL dns_rbl; Client host \[${IP}\] blocked using \S{1,200}=127\.[0-9.]{5,12} (?<zone>${CALLED})\b`,
      basis: 'observed',
      examples: [
        '554 5.7.1 ACL dns_rbl; Client host [192.0.2.25] blocked using sa-ip4tset.blagr.emailsrvr.com=127.24.0.2 Spamhaus XBL. Please visit http://www.spamhaus.org/lookup/ for more information on why this message could not be delivered',
        '554 5.7.1 ACL dns_rbl; Client host [192.0.2.25] blocked using sa-ip4tset.blagr.emailsrvr.com=127.24.0.9 SpamCop.',
      ],
    },
    {
      id: 'rs-acl',
      ...kinds.dnsbl,
      pattern: re`ACL dns_rbl; Client host \[${IP}\] blocked using (?<zone>[^\s=]{1,200})=127\.`,
      basis: 'observed',
      examples: [
        '554 5.7.1 ACL dns_rbl; Client host [192.0.2.25] blocked using sa-ip4tset.blagr.emailsrvr.com=127.20.0.2 local list.',
      ],
    },
  ],
};
