// Ziggo and Virgin Media O2 (platform MXIN): the id= and sid= values at the end are what its support asks for.
import { IP, kinds, type Provider, re } from '../reply.js';

export const vodafoneZiggo: Provider = {
  id: 'vodafone-ziggo',
  hosts: ['ziggo.nl', 'upcmail.net', 'tb.ukmail.iss.as9143.net'],
  domains: [
    'hahah.nl',
    'ziggomail.com',
    'casema.nl',
    'zinders.nl',
    'ziggo.nl',
    'zeggis.nl',
    'zeggis.com',
    'razcall.nl',
    'razcall.com',
    'upcmail.nl',
    'chello.nl',
    'multiweb.nl',
    'home.nl',
    'quicknet.nl',
  ],
  patterns: [
    {
      id: 'vz-506',
      ...kinds.domainBlock,
      zone: 'dbl.spamhaus.org',
      pattern: re`(?<code>MXIN\d{3}) (?:MailFrom|Helo) domain is listed in Spamhaus`,
      basis: 'observed',
      examples: [
        '550-5.1.0 MXIN506 MailFrom domain is listed in Spamhaus. To request removal from this list see https://www.spamhaus.org/query/lookup/',
      ],
    },
    {
      id: 'vz-listed',
      ...kinds.dnsbl,
      pattern: re`\b(?<code>MXIN\d{3})\b Your (?:IP|host|server) (?:${IP} )?(?:is )?(?:in|on|listed)(?: \S{1,20}){0,3}? (?:RBL|(?:black|block) ?list)`,
      basis: 'composed',
      examples: [
        '550 mx3.tb.mail.example.net MXIN103 Your IP 192.0.2.25 is in RBL. ;id=Hx3aUksJDfQYe;sid=Hx3aUksJDfQYe;mta=mx3.tb;ipsrc=192.0.2.25;',
      ],
    },
    {
      id: 'vz-any',
      meaning: 'policy',
      isPermanent: false,
      rerouteHelps: true,
      pattern: re`\b(?<code>MXIN[1-6]\d{2})\b(?:.{0,300}?;ipsrc=${IP})?`,
      // Of its codes some are about a mailbox.
      unless: re`mail ?box (?:\S{1,80} )?(?:is )?(?:unknown|full|not found|over)`,
      basis: 'composed',
      examples: [
        '421 mx1.tb.ukmail.iss.as9143.net MXIN107 Your host 192.0.2.25 is not allowed to connect. ;id=DLOkvMxsVeZoo;sid=DLOkvMxsVeZoo;mta=mx12-prd-nl1-vmo;ipsrc=192.0.2.25;',
      ],
    },
  ],
};
