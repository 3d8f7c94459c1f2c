// The practice workspace's configuration: the value that config.yml would hold for the practice relay company.
import { join } from 'node:path';
import { type Config, parseConfig } from '../config.js';
import { SIGNED, SPF_INCLUDE } from './internet/mail-records.js';
import { CLEAN_MTA, CUSTOMERS, PARTNERS, RELAYS } from './internet/people.js';
import { PRACTICE_LISTS } from './internet/practice-lists.js';
import { practiceWorkspace } from './slack/workspace.js';

interface PracticeConfigOptions {
  /** Folder for databases and the log; exists. */
  dataDir: string;
  /** The practice relays' log, as the internet writes it. */
  logPath: string;
  /** The DNS responder, `host:port`. */
  dnsServer: string;
  /** Port the policy server listens on, on 127.0.0.1; 0 takes a free one. */
  policyPort?: number;
  /** Where mail to partners leaves, `smtp://host:port`; without it, it is sent by hand. */
  mailServer?: string;
}

/** Builds and checks the practice configuration. The outsider is in nobody's list: that is what makes one. */
export function practiceConfig(options: PracticeConfigOptions): Config {
  const { dataDir, logPath, dnsServer, policyPort = 0, mailServer } = options;
  const [technician, lead] = practiceWorkspace.people;
  const [abuseDesk, deliverability] = practiceWorkspace.channels;
  return parseConfig(
    {
      database: { path: join(dataDir, 'relaywarden.db'), traffic: join(dataDir, 'traffic.db') },
      intake: { spool: join(dataDir, 'spool') },
      slack: { mode: 'http', port: 0 },
      channels: { compromise: abuseDesk?.id, listing: deliverability?.id, health: deliverability?.id },
      people: [
        { slack: technician?.id, name: technician?.realName, role: 'technician' },
        { slack: lead?.id, name: lead?.realName, role: 'lead' },
      ],
      support: { name: 'Northrelay abuse desk', phone: '+1 555 0142' },
      ...(mailServer ? { mail: { smtp: mailServer, from: 'Northrelay abuse desk <abuse@northrelay.example>' } } : {}),
      relays: RELAYS,
      partners: PARTNERS,
      customers: CUSTOMERS,
      logs: [{ path: logPath, format: 'postfix' }],
      policy: { listen: `127.0.0.1:${policyPort}` },
      routes: [
        {
          name: CLEAN_MTA.name,
          transport: `smtp:[${CLEAN_MTA.ip}]:${CLEAN_MTA.port}`,
          outboundIp: CLEAN_MTA.ip,
          helo: CLEAN_MTA.host,
        },
      ],
      dns: { servers: [dnsServer], timeoutMs: 500, tries: 2 },
      blocklists: {
        only: PRACTICE_LISTS.map(({ entry }) => entry.id),
        extra: PRACTICE_LISTS.map(({ entry }) => entry),
        watch: { criticalMinutes: 20, otherMinutes: 20 },
      },
      hygiene: { dkimSelectors: { [SIGNED.domain]: [SIGNED.selector] }, spfInclude: `include:${SPF_INCLUDE}` },
      // A minute on a clock that runs sixty times as fast.
      delisting: { quietHours: 1, signature: 'Northrelay abuse desk' },
      digests: [
        { name: 'abuse desk', channel: abuseDesk?.id, cron: '0 8 * * *', timezone: 'UTC' },
        { name: 'deliverability', channel: deliverability?.id, cron: '0 8 * * *', timezone: 'UTC' },
      ],
      web: { listen: '127.0.0.1:0' },
    },
    'the practice configuration',
  );
}
