// What happened, as far as it has left lines: the truth a detection is held against.
import type { World } from './world.js';

export interface AttackLabel {
  name: string;
  customer: string;
  kind: 'single' | 'multiple';
  start: string;
  end: string;
  senders: string[];
  sasl_users: string[];
  client_ips: string[];
  messages: number;
  recipients: number;
}

export interface Labels {
  attacks: AttackLabel[];
  oddities: AttackLabel[];
  listings: { name: string; relay: string; ip: string; start: string; end: string; rejected: number }[];
}

/** Only after the last chunk: the numbers grow while the mail is delivered. */
export function labelsOf(world: World): Labels {
  const iso = (at: number) => new Date(at).toISOString();
  const told = world.stories.filter(({ messages }) => messages > 0);
  const labels = told.map((story) => ({
    what: story.what,
    label: {
      name: story.name,
      customer: story.customer,
      kind: story.kind,
      start: iso(story.start),
      end: iso(story.end),
      senders: [...story.senders.keys()],
      sasl_users: [...story.logins],
      client_ips: [...story.clientIps],
      messages: story.messages,
      recipients: story.recipients,
    },
  }));
  return {
    attacks: labels.filter(({ what }) => what === 'attack').map(({ label }) => label),
    oddities: labels.filter(({ what }) => what === 'oddity').map(({ label }) => label),
    listings: world.listings.flatMap(({ kind, relay, ip, firstRefusalAt, to, refusals }) =>
      firstRefusalAt === undefined
        ? []
        : [{ name: kind.name, relay, ip, start: iso(firstRefusalAt), end: iso(to), rejected: refusals }],
    ),
  };
}
