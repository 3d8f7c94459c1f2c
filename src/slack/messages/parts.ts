// What the parts of the bot are called where the desk reads of them. /healthz has the short names, which monitoring knows them by.
const NAMES: Record<string, string> = {
  database: 'Database',
  'policy server': 'Policy server',
  'exported table': 'Exported table',
  slack: 'Slack',
  logs: 'Relay logs',
  spool: 'Mail events and reports sent in',
  reports: 'Complaints and late bounces',
  dns: 'DNS servers',
  watch: 'Blocklist checks',
  routes: 'Re-routes',
  snds: 'Microsoft SNDS',
  effects: 'Posts, blocks and mails to partners',
  'blocklist choice': 'Choice of blocklists',
};

export function partName(name: string): string {
  return (Object.hasOwn(NAMES, name) ? NAMES[name] : undefined) ?? name;
}

/** What the outbox carries out, by kind. */
const EFFECTS: Record<string, string> = {
  'incident.card': 'The card',
  'incident.timeline': 'A line in the thread',
  'containment.apply': 'A block, suspension or re-route',
  'containment.lift': 'Lifting a block, suspension or re-route',
  'listing.note': 'A note about a listing in Slack',
  'digest.post': 'A digest',
  'hygiene.news': 'The news of the DNS check',
  'list.held': 'A message about a held list',
  'health.alert': 'An alert about the bot itself',
  'partner.notice': 'A mail to a partner',
};

export function effectName(kind: string): string {
  return (Object.hasOwn(EFFECTS, kind) ? EFFECTS[kind] : undefined) ?? kind;
}
