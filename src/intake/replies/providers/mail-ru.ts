// Mail.ru (VK): the link in the refusal leads to the case.
import { kinds, type Provider, re } from '../reply.js';

export const mailRu: Provider = {
  id: 'mail-ru',
  hosts: ['mail.ru'],
  domains: ['mail.ru', 'inbox.ru', 'list.ru', 'bk.ru', 'internet.ru', 'xmail.ru'],
  marks: ['.mail.ru'],
  patterns: [
    {
      id: 'mr-spam',
      ...kinds.content,
      pattern: re`spam message rejected\. Please visit \S{1,300}`,
      basis: 'observed',
      examples: [
        '550 spam message rejected. Please visit http://help.mail.ru/notspam-support/id?c=7y4ytdHbuOGv3O50 or report details to abuse@corp.mail.ru. Error code: 1D2E3F. ID: 0000000A.',
      ],
    },
    {
      id: 'mr-dynamic',
      ...kinds.block,
      isShared: true,
      pattern: re`We do not accept mail from dynamic IPs`,
      basis: 'composed',
      examples: ['550 We do not accept mail from dynamic IPs. Please visit http://help.mail.ru/'],
    },
    {
      id: 'mr-user',
      ...kinds.unknownUser,
      pattern: re`Message was not accepted -- invalid mailbox`,
      basis: 'observed',
      examples: [
        '550 Message was not accepted -- invalid mailbox. Local mailbox someone@mail.ru is unavailable: account is disabled',
      ],
    },
  ],
};
