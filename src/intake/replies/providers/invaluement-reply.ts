// invaluement, named in other receivers' refusals; its lists are not open to everybody.
import { IP, kinds, type Provider, re } from '../reply.js';

export const invaluementReply: Provider = {
  id: 'invaluement-reply',
  hosts: [],
  domains: [],
  patterns: [
    {
      id: 'iv-listed',
      ...kinds.dnsbl,
      pattern: re`Your IP ${IP} is listed by Invaluement`,
      basis: 'observed',
      examples: [
        '550 5.5.4 ETP208 Your IP 192.0.2.25 is listed by Invaluement. Please see http://www.invaluement.com/research/ if you feel this is in error - B15601640DCD26CE53bc5f8c6',
      ],
    },
    {
      id: 'iv-sip',
      ...kinds.dnsbl,
      pattern: re`Blocked by ivmSIP`,
      basis: 'composed',
      examples: ['553 5.0.3 Blocked by ivmSIP and ivmSIP/24, see http://www.invaluement.com/'],
    },
  ],
};
