// Findings held against what happened. An incident is what replay would tell: the first finding of a key, and the next one only when
// the key was silent for a day. It detects an attack when it names its customer while it runs or within six hours after; everything
// else is false. Later incidents about an attack that is detected already are neither. A block is told again when its key was silent for
// an hour: another receiver that asks a list which has the address already is no new incident, but it is seen.
import type { BlockFinding, CompromiseFinding, Finding } from '../../../src/detection/finding.js';
import { classifyReply } from '../../../src/intake/replies/index.js';
import { dice } from '../provider/dice.js';
import type { Customer, Story } from '../provider/model.js';
import { DAY, HOUR, type World } from '../provider/world.js';
import type { AttackOutcome, FalseAlarm, ListingOutcome, OddityOutcome, SeedOutcome } from './outcome.js';

const AFTERMATH_MS = 6 * HOUR;
const NEW_INCIDENT_MS = DAY;
const TOLD_AGAIN_MS = HOUR;
/** A listing's first finding may come with a reply of its last minute. */
const LISTING_SLACK_MS = 10 * 60_000;

type Judged = Pick<SeedOutcome, 'attacks' | 'falseAlarms' | 'oddities' | 'listings' | 'strayBlocks'>;

/** First findings of each silence only, in order. */
export class Incidents {
  readonly first: Finding[] = [];
  private readonly lastOf = new Map<string, number>();

  add(finding: Finding): void {
    const last = this.lastOf.get(finding.key);
    this.lastOf.set(finding.key, finding.at);
    const silenceMs = finding.kind === 'blocklist' ? TOLD_AGAIN_MS : NEW_INCIDENT_MS;
    if (last === undefined || Math.abs(finding.at - last) > silenceMs) this.first.push(finding);
  }
}

export function judge(world: World, seed: number, incidents: readonly Finding[]): Judged {
  const customers = new Map(world.customers.map((customer) => [customer.id, customer]));
  const attacks = world.stories.filter(({ what, messages }) => what === 'attack' && messages > 0);
  const firstOf = new Map<Story, CompromiseFinding>();
  const falseAlarms: FalseAlarm[] = [];
  const blocks: BlockFinding[] = [];
  for (const finding of incidents) {
    if (finding.kind === 'blocklist') blocks.push(finding);
    else {
      const attack = attacks.find((story) => isAbout(finding, story));
      if (attack && !firstOf.has(attack)) firstOf.set(attack, finding);
      if (!attack) falseAlarms.push(falseAlarm(world, seed, finding, customers.get(finding.customer)));
    }
  }
  const listed = judgeListings(world, seed, blocks);
  return {
    attacks: attacks.map((story) =>
      attackOutcome(world, seed, story, customers.get(story.customer), firstOf.get(story)),
    ),
    falseAlarms,
    oddities: oddityOutcomes(world, falseAlarms),
    ...listed,
  };
}

function isAbout(finding: CompromiseFinding, { customer, start, end }: Story): boolean {
  return finding.customer === customer && finding.at >= start && finding.at <= end + AFTERMATH_MS;
}

function dayOf(world: World, at: number): number {
  return Math.floor((at - world.start) / DAY);
}

function attackOutcome(
  world: World,
  seed: number,
  story: Story,
  customer: Customer | undefined,
  finding: CompromiseFinding | undefined,
): AttackOutcome {
  return {
    seed,
    day: dayOf(world, story.start),
    name: story.name,
    customer: story.customer,
    auth: customer?.auth ?? '',
    kind: story.kind,
    recipients: story.recipients,
    isFound: finding !== undefined,
    isKindRight: finding !== undefined && isKindRight(story, finding),
    isKindRightSoFar:
      finding !== undefined &&
      (isKindRight(story, finding) || (finding.kind === 'single' && sendersUntil(story, finding.at) === 1)),
    areSendersRight: finding !== undefined && areSendersRight(story, finding),
    reached: finding === undefined ? 1 : reachedUntil(story, finding.at) / story.recipients,
    ...(finding === undefined ? {} : { delayMinutes: (finding.at - story.start) / 60_000 }),
    evidence: finding?.evidence ?? [],
  };
}

/** Who has no name is not told apart: notices under the null sender are of either kind. */
function isKindRight(story: Story, finding: CompromiseFinding): boolean {
  return finding.kind === story.kind || story.senders.has('');
}

function areSendersRight(story: Story, finding: CompromiseFinding): boolean {
  const right = finding.senders.filter((sender) => story.senders.has(sender)).length;
  if (story.senders.has('')) return finding.senders.length <= 1;
  const soFar = sendersUntil(story, finding.at);
  return right >= finding.senders.length * 0.75 && right >= Math.min(3, Math.ceil(soFar / 2), finding.senderCount);
}

function sendersUntil({ senders }: Story, at: number): number {
  return [...senders.values()].filter((since) => since <= at).length;
}

function reachedUntil({ sent }: Story, at: number): number {
  let reached = 0;
  for (let i = 0; i < sent.length; i += 2) if ((sent[i] as number) <= at) reached += sent[i + 1] as number;
  return reached;
}

function falseAlarm(
  world: World,
  seed: number,
  finding: CompromiseFinding,
  customer: Customer | undefined,
): FalseAlarm {
  const { kind, senders, messages, recipients, confidence, evidence } = finding;
  return {
    seed,
    day: dayOf(world, finding.at),
    customer: finding.customer,
    auth: customer?.auth ?? '',
    oddity: explanation(world, finding),
    kind,
    senders: senders.slice(0, 4),
    messages,
    recipients,
    confidence,
    evidence,
  };
}

/** The honest story that the alarm is about: one with a sender that is named, else one of the time. */
function explanation(world: World, finding: CompromiseFinding): string {
  const stories = world.stories.filter(({ customer, what }) => customer === finding.customer && what === 'oddity');
  const named = stories.find(({ senders }) => finding.senders.some((sender) => senders.has(sender)));
  if (named) return named.name;
  const timely = stories.find(({ start, end }) => finding.at >= start && finding.at <= end + AFTERMATH_MS);
  if (timely) return `${timely.name} (other senders)`;
  const after = world.stories.find(
    ({ customer, what, end }) => customer === finding.customer && what === 'attack' && end < finding.at,
  );
  return after ? 'after an attack' : 'ordinary mail';
}

function oddityOutcomes(world: World, alarms: FalseAlarm[]): OddityOutcome[] {
  return world.stories
    .filter(({ what, messages }) => what === 'oddity' && messages > 0)
    .map(({ name, customer, start }) => ({
      name,
      day: dayOf(world, start),
      isAlarmed: alarms.some((alarm) => alarm.customer === customer && alarm.oddity.startsWith(name)),
    }));
}

function judgeListings(
  world: World,
  seed: number,
  blocks: BlockFinding[],
): { listings: ListingOutcome[]; strayBlocks: string[] } {
  const explained = new Set<BlockFinding>();
  const listings = world.listings.flatMap(({ kind, mark, ip, firstRefusalAt, to, refusals, said }) => {
    if (firstRefusalAt === undefined) return [];
    const list = classifyReply(said(ip, dice(seed)))?.zone;
    const about = blocks.filter(
      (block) =>
        block.ip === ip &&
        block.at >= firstRefusalAt - 1 &&
        block.at <= to + LISTING_SLACK_MS &&
        (block.provider === list ||
          block.reply
            .replace(/ \d{3}-[\d.]+/g, '')
            .toLowerCase()
            .includes(mark)),
    );
    for (const block of about) explained.add(block);
    const [first] = about;
    return [
      {
        seed,
        name: kind.name,
        mark,
        refusals,
        isFound: first !== undefined,
        ...(first ? { delaySeconds: Math.max(0, first.at - firstRefusalAt) / 1000 } : {}),
      },
    ];
  });
  return {
    listings,
    strayBlocks: blocks.filter((block) => !explained.has(block)).map(({ provider, reply }) => `${provider}: ${reply}`),
  };
}
