// /relay: what is open, what is in force, and the digest now. Everything else gets the list of what works.
import { whenFree } from '../../db/patience.js';
import { containmentsInForce } from '../../incidents/store.js';
import { nearest } from '../../mail/nearest.js';
import { authorize, type Right } from '../authorize.js';
import { type Desk, installedTeam } from '../desk.js';
import { queueDigestNow, readOpen } from '../digest.js';
import { context, count, header, type Message, section } from '../messages/blocks.js';
import { containmentsLine, placedTogether, whomOf } from '../messages/card.js';
import { incidentText } from '../messages/home.js';
import { whyMessage } from '../messages/noise/explanation.js';
import { noiseList } from '../messages/noise/noise.js';
import { privateNote, refusal } from '../messages/private.js';
import { statusMessage } from '../messages/status.js';
import { esc, fitLines } from '../messages/text/escape.js';
import { inForceText } from '../messages/text/words.js';
import { channelLink, withProof } from '../read.js';
import { readNoise } from '../read-noise.js';
import { readStatus } from '../status.js';
import { readWhy } from '../why.js';
import type { Feature } from './feature.js';

const DAY_MS = 86_400_000;

export const RELAY_HELP = [
  '`/relay incidents` what is open, with links',
  '`/relay blocks` blocks, suspensions and re-routes in force, since when, and how many recipients each refused',
  '`/relay status` three sentences that answer "why do our mails bounce?"',
  '`/relay why kim@example.com` why there is an alarm, or none: a customer, a sender, a login or a client address',
  '`/relay noise` what was marked as noise and raises no alarm, with Undo',
  '`/relay digest` posts the digest of the last 24 hours in this channel',
];

export const OTHER_COMMANDS = [
  '`/blcheck 198.51.100.7` asks the blocklists about an address, a network or a domain',
  '`/dnscheck 198.51.100.7` looks at reverse name, SPF, DKIM and DMARC of an address, a domain or a customer',
];

const HELP = '`/relay help` this list';

interface Asked {
  channel: string;
  userId: string;
  /** What stands after the word. */
  rest: string;
}

/** What takes a while is a promise: Slack is told at once that it was heard. */
const WORDS: Record<string, { right: Right; answer: (desk: Desk, asked: Asked) => Message | Promise<Message> }> = {
  incidents: { right: 'look', answer: incidents },
  blocks: { right: 'look', answer: blocks },
  status: { right: 'look', answer: ({ ctx }) => statusMessage(readStatus(ctx)) },
  why: { right: 'look', answer: explain },
  noise: { right: 'look', answer: ({ ctx }, { rest }) => noiseList(readNoise(ctx), Number(rest) || 1) },
  digest: { right: 'digest', answer: digest },
};

export const relay: Feature = {
  name: '/relay',
  help: '`/relay incidents | blocks | status | why | noise | digest | help` shows what is open, what is in force, why mail bounces, why there is an alarm or none, what is silenced as noise, or posts the digest',
  command: '/relay',
  register(app, desk) {
    app.command('/relay', async ({ ack, command, respond }) => {
      const [, word = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(command.text.trim()) ?? [];
      const refused = await refusalTo(desk, word.toLowerCase(), command);
      const answer = refused ?? answerTo(desk, word.toLowerCase(), rest, command);
      if (!(answer instanceof Promise)) return ack({ ...answer, response_type: 'ephemeral' });
      await ack();
      await respond({ ...(await answer), response_type: 'ephemeral' });
    });
  },
};

function wordOf(word: string) {
  return Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
}

/** What somebody hears who may not ask that; everybody may ask for help. */
async function refusalTo(
  desk: Desk,
  word: string,
  { user_id: userId, user_name: name, team_id: teamId }: { user_id: string; user_name: string; team_id: string },
): Promise<Message | undefined> {
  if (word === '' || word === 'help') return undefined;
  const known = wordOf(word);
  const verb = known ? `/relay ${word}` : '/relay';
  const asked = { right: known?.right ?? 'look', verb, subject: 'relay' };
  const verdict = await authorize(desk.ctx, installedTeam(desk), { userId, name, teamIds: [teamId] }, asked);
  return verdict.allowed ? undefined : refusal(verb, verdict.why);
}

function answerTo(
  desk: Desk,
  word: string,
  rest: string,
  { user_id: userId, channel_id: channel }: { user_id: string; channel_id: string },
): Message | Promise<Message> {
  if (word === '' || word === 'help') return helpText();
  const known = wordOf(word);
  if (known) return known.answer(desk, { channel, userId, rest });
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

function helpText(): Message {
  return privateNote([...RELAY_HELP, HELP, ...OTHER_COMMANDS].join('\n'));
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
      context('Compromises first, then listings, the worst first. Only you see this.'),
    ],
  };
}

function blocks(desk: Desk): Message {
  const rows = containmentsInForce(desk.ctx.db).map((row) => withProof(desk.ctx, row));
  if (rows.length === 0) return privateNote(':white_check_mark: Nothing is blocked, suspended or re-routed.');
  const lines = placedTogether(rows).map((together) => {
    const [row] = together;
    if (!row) return '';
    const sender = row.action === 'block-sender' ? `\`${esc(whomOf(row), 100)}\` · ` : '';
    return `${containmentsLine(together, true)}\n${sender}incident ${row.incidentId}`;
  });
  const title = inForceText(rows);
  return {
    text: title,
    blocks: [header(title), section(fitLines(lines)), context('Oldest first. Only you see this.')],
  };
}

function explain(desk: Desk, { rest }: Asked): Message | Promise<Message> {
  if (rest === '') return privateNote(WHY_USAGE);
  return readWhy(desk.ctx, rest, desk.identity()?.workspaceUrl).then(whyMessage);
}

const WHY_USAGE =
  ':information_source: Say whom: `/relay why kim@example.com` (sender or login), `/relay why 198.51.100.7` (client address), `/relay why Acme Mills` (customer).';

async function digest(desk: Desk, { channel, userId }: Asked): Promise<Message> {
  await whenFree(() => queueDigestNow(desk.ctx, { channel, askedBy: userId, periodMs: DAY_MS }));
  desk.ctx.outbox.wake();
  return privateNote(`:white_check_mark: The digest of the last 24 hours goes to ${channelLink(channel)}.`);
}
