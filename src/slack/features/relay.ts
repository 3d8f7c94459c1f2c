// /relay: what is open, what is in force, why, and the digest. Everything else gets the list of what works.
import type { SlashCommand } from '@slack/bolt';
import type { Config } from '../../config.js';
import { isCompromise } from '../../incidents/incident.js';
import { containmentsInForce, findIncident, incidentsSince } from '../../incidents/store.js';
import { nearest } from '../../mail/nearest.js';
import { count } from '../../words.js';
import { authorize, mayDo, readsAlong } from '../authorize.js';
import { type Desk, installedTeam } from '../desk.js';
import { readOpen } from '../digest.js';
import { context, header, type Message, section } from '../messages/blocks.js';
import { containmentsLine, placedTogether, whomOf } from '../messages/containment-lines.js';
import { incidentText } from '../messages/home.js';
import { whyMessage } from '../messages/noise/explanation.js';
import { noiseList } from '../messages/noise/noise.js';
import { lookRefusal, MAY_ASK, privateNote } from '../messages/private.js';
import { statusMessage } from '../messages/status.js';
import { esc, fitLines } from '../messages/text/escape.js';
import { inForceText } from '../messages/text/words.js';
import { linkTo, withProof } from '../read.js';
import { readNoise } from '../read-noise.js';
import { readStatus } from '../status.js';
import { askerOfCommand } from '../who-asks.js';
import { aboutOf, incidentNamed, isNobody, readWhy } from '../why.js';
import type { Feature } from './feature.js';
import { ownDigest } from './post-digest.js';

/** Everything that can be typed, and what it does; README and docs/desk.md have the same table. */
export const COMMANDS: readonly (readonly [command: string, does: string])[] = [
  ['/relay incidents', 'what is open, and whether its mail still comes'],
  ['/relay blocks', 'what is blocked, suspended and re-routed now, since when, and how much each refused'],
  ['/relay status', 'three sentences that answer "why do our mails bounce?"'],
  [
    '/relay why kim@example.com',
    'why there is an alarm, or none: of a customer, a sender, a login or a client address',
  ],
  ['/relay noise', 'what was marked as noise and raises no alarm, with Undo'],
  ['/relay digest', 'the digest of the last 24 hours, for you alone; a button posts it in the channel'],
  ['/relay help', 'this list'],
  ['/blcheck 203.0.113.21', 'asks the blocklists about an address, a network up to /28 or a domain'],
  ['/dnscheck example.com', 'PTR, SPF, DKIM and DMARC of an address, a domain or a customer'],
];

type Ours = Pick<Config, 'customers' | 'relays'>;

/** The same as lines, with a customer and an address of ours for the examples where the configuration names some: they can be tried. */
export function helpLines({ customers: [customer], relays: [relay] }: Ours): string[] {
  const own = [
    ['kim@example.com', customer?.name],
    ['203.0.113.21', relay?.outbound_ip ?? relay?.outbound_ips[0]],
    ['example.com', customer?.domains[0]],
  ] as const;
  return COMMANDS.map(([command, does]) => {
    const [example, ours] = own.find(([word, named]) => named && command.endsWith(` ${word}`)) ?? ['', ''];
    return `\`${ours ? command.replace(example, () => esc(ours, 60)) : command}\` ${does}`;
  });
}

interface Asked {
  userId: string;
  /** What stands after the word. */
  rest: string;
}

/** What takes a while is a promise: Slack is told at once that it was heard. */
type Word = (desk: Desk, asked: Asked) => Message | Promise<Message>;

const WORDS: Record<string, Word> = {
  incidents,
  blocks,
  status: ({ ctx, identity }) => statusMessage(readStatus({ ...ctx, workspaceUrl: () => identity()?.workspaceUrl })),
  why: explain,
  noise,
  digest: (desk, { userId }) => ownDigest(desk, userId),
};

export const relay: Feature = {
  name: '/relay',
  help: '`/relay incidents | blocks | status | why | noise | digest | help` shows what is open, what is in force, why mail bounces, why there is an alarm or none, what is silenced as noise, and the digest',
  command: '/relay',
  register(app, desk) {
    app.command('/relay', async ({ ack, command, respond }) => {
      const [, word = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(command.text.trim()) ?? [];
      const refused = await refusalTo(desk, word.toLowerCase(), command);
      const answer = refused ?? answerTo(desk, word.toLowerCase(), rest, command);
      if (!(answer instanceof Promise)) return ack({ ...answer, response_type: 'ephemeral' });
      await ack();
      const { text, blocks } = await answer;
      const plainer = { text, blocks: blocks.filter(({ type }) => type !== 'table') };
      const send = (message: Message) => respond({ ...message, response_type: 'ephemeral' });
      // Slack draws tables in channels; where it takes none in an answer, the rest says enough.
      await send({ text, blocks }).catch(() => send(plainer));
    });
  },
};

/** Whoever is not of the desk reads which of it is theirs. */
function help({ ctx: { config } }: Desk, userId: string): Message {
  const isOfDesk = config.people.some(({ slack }) => slack === userId);
  const limits = isOfDesk ? [] : [`:information_source: You are not on the abuse desk. ${MAY_ASK}`];
  return privateNote([...helpLines(config), ...limits].join('\n'));
}

function wordOf(word: string) {
  return Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
}

/** What somebody hears who may not ask that. Everybody may ask for help, and for what they read in the channel where they ask. */
async function refusalTo(desk: Desk, word: string, command: SlashCommand): Promise<Message | undefined> {
  if (word === '' || word === 'help') return undefined;
  const asker = askerOfCommand(command);
  const channel = { id: command.channel_id, name: command.channel_name };
  const isTold = word !== 'why' && wordOf(word) !== undefined;
  if (isTold && readsAlong(desk.ctx.config, installedTeam(desk), asker, channel)) return undefined;
  const verb = wordOf(word) ? `/relay ${word}` : '/relay';
  const verdict = await authorize(desk.ctx, installedTeam(desk), asker, { right: 'look', verb, subject: 'relay' });
  return verdict.allowed ? undefined : lookRefusal(verb, verdict);
}

function answerTo(
  desk: Desk,
  word: string,
  rest: string,
  { user_id: userId }: { user_id: string },
): Message | Promise<Message> {
  if (word === '' || word === 'help') return help(desk, userId);
  const known = wordOf(word);
  if (known) return known(desk, { userId, rest });
  const meant = meantBy(word, rest);
  const tip = meant ? ` Did you mean \`/relay ${esc(meant, 100)}\`?` : '';
  return privateNote(
    `:grey_question: There is no \`/relay ${esc(word, 40)}\`.${tip} \`/relay help\` lists what there is.`,
  );
}

/** The nearest word, with what stood after it; who only names an address or a domain wants to know why. */
function meantBy(word: string, rest: string): string | undefined {
  const near = nearest(word, [...Object.keys(WORDS), 'help']);
  if (near) return near === 'why' ? `why ${rest}`.trim() : near;
  return /[@.:]/.test(word) ? `why ${word}` : undefined;
}

function incidents(desk: Desk): Message {
  const workspaceUrl = () => desk.identity()?.workspaceUrl;
  const open = readOpen({ ...desk.ctx, workspaceUrl });
  if (open.length === 0) return privateNote(':white_check_mark: No open incidents.');
  const lines = open.map(incidentText);
  const title = count(open.length, 'open incident');
  return {
    text: title,
    blocks: [
      header(title),
      section(fitLines(lines)),
      context('Compromises first, what still sends on top; then listings, the worst first. Only you see this.'),
    ],
  };
}

function blocks(desk: Desk): Message {
  const rows = containmentsInForce(desk.ctx.db).map((row) => withProof(desk.ctx, row));
  if (rows.length === 0) return privateNote(':white_check_mark: Nothing is blocked, suspended or re-routed.');
  const lines = placedTogether(rows).map((together) => {
    const [row] = together;
    const sender = row.action === 'block-sender' ? `\`${esc(whomOf(row), 100)}\` · ` : '';
    const incident = findIncident(desk.ctx.db, row.incidentId);
    const link = incident && linkTo(incident, desk.identity()?.workspaceUrl);
    return `${containmentsLine(together)}\n${sender}incident ${row.incidentId}${link ? ` · <${link}|show>` : ''}`;
  });
  const title = inForceText(rows);
  return {
    text: title,
    blocks: [header(title), section(fitLines(lines)), context('Oldest first. Only you see this.')],
  };
}

/** With Undo for whom it would not refuse. */
function noise({ ctx }: Desk, { userId, rest }: Asked): Message {
  const person = ctx.config.people.find(({ slack }) => slack === userId);
  const mayUndo = person !== undefined && mayDo(ctx.config, person, 'mark-noise');
  return noiseList(readNoise(ctx), Number(rest) || 1, { mayUndo });
}

function explain(desk: Desk, { rest }: Asked): Message | Promise<Message> {
  return rest === '' ? privateNote(whyUsage(desk.ctx)) : explained(desk, rest);
}

async function explained({ ctx, identity }: Desk, rest: string): Promise<Message> {
  const workspaceUrl = identity()?.workspaceUrl;
  const view = await readWhy(ctx, rest, workspaceUrl);
  // A login or customer may be called by a number, too; one that only has it in its name is not meant.
  const incident = isNobody(view) || view.takenFor ? incidentNamed(ctx, rest) : undefined;
  if (!incident) return whyMessage(view);
  const about = aboutOf(incident);
  if (about !== undefined) return whyMessage(await readWhy(ctx, about, workspaceUrl));
  const link = linkTo(incident, workspaceUrl);
  const name = link ? `<${link}|Incident ${incident.id}>` : `Incident ${incident.id}`;
  return privateNote(`:information_source: ${name} is a listing: its card names whose mail brought it.`);
}

/** Whom one can ask about, with examples that can be tried: of the latest incidents, and a customer of ours. */
function whyUsage({ db, now, config, customer }: Desk['ctx']): string {
  const latest = incidentsSince(db, now() - EXAMPLES_MS).filter(isCompromise);
  const first = (names: 'senders' | 'logins' | 'clientIps') =>
    latest.flatMap(({ subject }) => subject[names]).find((name) => !/^(<>)?$/.test(name));
  const inTrouble = latest.flatMap((incident) => customer(incident.customer) ?? [])[0];
  const examples = [
    { name: first('senders'), what: 'sender' },
    { name: first('logins'), what: 'login' },
    { name: first('clientIps'), what: 'client address' },
    { name: (inTrouble ?? config.customers[0])?.name, what: 'customer' },
  ];
  const shown = examples
    .filter(({ name }, i) => name !== undefined && examples.findIndex((each) => each.name === name) === i)
    .map(({ name = '', what }) => `\`/relay why ${esc(name, 100)}\` (${what})`);
  const such = shown.length > 0 ? `, such as ${shown.join(', ')}` : '';
  return `:information_source: Say whom: a sender, a login, a client address or a customer${such}.`;
}

const EXAMPLES_MS = 30 * 86_400_000;
