// The forms of the way off a list: the locked gate, the pack with its text, answers, the reply to an automatic refusal.
import type { InputBlock, KnownBlock, ModalView, RadioButtons, StaticSelect } from '@slack/types';
import { type Gate, SHOW_INCIDENT } from '../../../delisting/gate.js';
import { MOST_CLAIM, type Pack } from '../../../delisting/pack.js';
import { isDomain } from '../../../delisting/read.js';
import { type DelistingRequest, hasReaders } from '../../../delisting/request.js';
import type { Draft } from '../../../delisting/store.js';
import type { ListedEntry } from '../../../incidents/incident.js';
import { actions, context, isWebAddress, linkButton, option, plainText, section, textInput } from '../blocks.js';
import { type FormState, form } from '../modals.js';
import { esc, fitLines } from '../text/escape.js';
import { when } from '../text/time.js';
import { ASK_A_PERSON, gateLines } from './delisting.js';

/** What the form of one listing shows. */
interface PackView {
  state: FormState;
  entry: Pick<ListedEntry, 'target' | 'listName'>;
  gate: Gate;
  pack: Pack;
  draft: Draft | undefined;
  /** Why not even a lead may ask now: a request waits for its answer. */
  waiting: string | undefined;
  /** Reports whether this person may ask although the gate is shut. */
  mayOverride: boolean;
  /** Address of another incident's card. */
  linkOf: (incidentId: number) => string | undefined;
}

/** Block ids of the pack's inputs. */
export const PACK_INPUTS = { text: 'text', how: 'how', reference: 'reference', override: 'override' } as const;

/** The form of *Request delisting*: the checklist alone while it is locked, the pack otherwise. */
export function packForm(id: string, view: PackView): ModalView {
  const { state, pack, gate, waiting, mayOverride } = view;
  const isLocked = waiting !== undefined || (!gate.isOpen && !mayOverride);
  if (pack.text === undefined)
    return reading(id, state, 'Way off the list', [heading(view), ...howTo(pack), ...checklist(view, KEEPS_IT)]);
  if (isLocked) return reading(id, state, 'Locked', [heading(view), ...checklist(view)]);
  return form({
    id,
    title: 'Request delisting',
    submit: 'Save',
    state,
    blocks: [heading(view), ...(gate.isOpen ? [] : checklist(view)), ...howTo(pack), ...packInputs(view)],
  });
}

function heading({ entry, gate, waiting, mayOverride, pack }: PackView) {
  const name = `*\`${esc(entry.target, 80)}\` at ${esc(entry.listName, 80)}*`;
  if (pack.text === undefined) return section(name);
  // The checklist below says who asked, and when it may be asked again.
  if (waiting !== undefined) return section(`${name}\n:lock: *Asked already*: the answer is still out.`);
  if (gate.isOpen) return section(`${name}\n:unlock: Every point of the checklist is met.`);
  return section(
    mayOverride
      ? `${name}\n:lock: *Locked.* As a lead you may ask all the same, with a reason that stays on record.`
      : `${name}\n:lock: *Locked* until every point is met: to ask while the cause goes on means being listed again, for longer. A lead may override it.`,
  );
}

const BEFORE = '*Before a request*';
const KEEPS_IT = '*What must be so for it to go, and to stay away*';

/** The points, and links to the incidents that keep it shut; the other buttons stand on the card. */
function checklist({ gate, linkOf }: PackView, title = BEFORE): KnownBlock[] {
  // Where nothing is asked for, nothing was asked before.
  const points = title === BEFORE ? gate.points : gate.points.filter(({ id }) => id !== 'retry');
  if (points.length === 0) return [];
  const links = points.flatMap(({ mend }, i) => {
    const url = mend?.action === SHOW_INCIDENT ? linkOf(Number(mend.arg)) : undefined;
    return mend && isWebAddress(url) ? [linkButton(`point-${i}`, mend.label, url)] : [];
  });
  return [
    section(fitLines([title, ...gateLines({ ...gate, points })], 2500)),
    ...(links.length > 0 ? [actions('gate-links', links.slice(0, 10))] : []),
  ];
}

function howTo({
  ways,
  steps,
  asks,
  advice,
  text,
}: Pick<Pack, 'ways' | 'steps' | 'asks' | 'advice' | 'text'>): KnownBlock[] {
  const pages = ways
    .filter(({ url }) => isWebAddress(url))
    .map(({ label, url }, i) => linkButton(`way-${i}`, label, url));
  const mails = ways.filter(({ url }) => url.startsWith('mailto:')).map(mailLink);
  // Where nothing is asked for there are facts, and no steps to take.
  const numbered = steps.map((step, i) => `${text === undefined ? '•' : `${i + 1}.`} ${esc(step, 400)}`);
  return [
    section(fitLines([...numbered, ...mails], 2500)),
    ...(pages.length > 0 ? [actions('ways', pages)] : []),
    ...(asks.length > 0
      ? [section(fitLines(['*It asks for*', ...asks.map((ask) => `• ${esc(ask, 200)}`)], 1500))]
      : []),
    ...(advice.length > 0
      ? [
          context(
            fitLines(
              advice.map((line) => esc(line, 500)),
              2000,
            ),
          ),
        ]
      : []),
  ];
}

/** Everything in the address is ours or percent-encoded. */
function mailLink({ label, url }: Pack['ways'][number]): string {
  return `:email: <${url.replaceAll('&', '&amp;')}|${esc(label, 60)}>`;
}

function packInputs({ entry, pack, draft, gate, mayOverride }: PackView): (KnownBlock | InputBlock)[] {
  const saved = draft ? [context(savedLine(draft, pack))] : [];
  return [
    ...(gate.isOpen || !mayOverride
      ? []
      : [
          longText(PACK_INPUTS.override, 'It is locked: why ask all the same?', '', {
            optional: true,
            max: 1000,
            hint: 'Must be said if you have sent it; it may be empty while the text is saved for later.',
          }),
        ]),
    ...saved,
    longText(PACK_INPUTS.text, 'Text to paste', draft?.text ?? pack.text ?? '', {
      hint: `For their form or mail. ${whomItNames(entry.target, draft)} It is kept on record as what we told them.`,
    }),
    shortText(PACK_INPUTS.reference, 'Ticket or reference number, if there is one', ''),
    radio(PACK_INPUTS.how, 'What now', [
      ['sent', 'I have sent it', 'the bot looks again after half of the wait, and after all of it'],
      ['draft', 'Save for later', 'keeps the text for whoever asks; counts as not asked'],
    ]),
  ];
}

/** Of what the bot wrote it is known; a person may have named anybody in a text that was saved. */
function whomItNames(target: string, draft: Draft | undefined): string {
  if (draft) return 'Read it first: it should name no customer.';
  return isDomain(target) ? 'It names no customer but by the domain that is listed.' : 'It names no customer.';
}

/** Which of several listings it is about, with what keeps one from being asked for; the first is chosen already. */
export function chooserForm(
  id: string,
  state: FormState,
  entries: readonly (ListedEntry & { remark?: string | undefined })[],
): ModalView {
  const options = entries
    .slice(0, 100)
    .map((entry) => option(`${entry.target} at ${entry.listName}`, choiceOf(entry), entry.remark));
  const [first] = options;
  const element: StaticSelect = {
    type: 'static_select',
    action_id: 'entry',
    options,
    ...(first ? { initial_option: first } : {}),
  };
  return form({
    id,
    title: 'Request delisting',
    submit: 'Next',
    state,
    blocks: [{ type: 'input', block_id: 'entry', label: plainText('Which listing'), element }],
  });
}

/** What stands for an entry in a menu; Slack takes 150 characters. */
export function choiceOf({ list, target }: Pick<ListedEntry, 'list' | 'target'>): string {
  return `${list}|${target}`.slice(0, 150);
}

/** What the operator answered. */
export function answerForm(id: string, state: FormState, request: DelistingRequest, listName: string): ModalView {
  return form({
    id,
    title: 'Record answer',
    submit: 'Record',
    state,
    blocks: [
      section(
        `*\`${esc(request.target, 80)}\` at ${esc(listName, 80)}*\nAsked by ${esc(request.requestedByName, 60)}, ${when(request.requestedAt)}, attempt ${request.attempt}.`,
      ),
      radio('answer', 'What they say', [
        ['none', 'Nothing yet', 'only the number, or a note'],
        ['accepted', 'Accepted', 'the wait for the removal counts from now'],
        ['refused', 'Refused', hasReaders(request.list) ? REPLY_READY : 'ends the request; their words stay on record'],
        [NOT_SENT, 'It was not sent', 'takes the request back and keeps its text; it counts as not asked'],
      ]),
      shortText('reference', 'Ticket or reference number', request.reference ?? ''),
      longText('text', 'Their words', '', { optional: true, max: 2000 }),
    ],
  });
}

/** The choice that is no answer: nobody has asked them. */
export const NOT_SENT = 'not-sent';

const REPLY_READY = '"does not qualify for mitigation" gets a reply that is ready to send';

/** The reply to an automatic refusal, ready to send. */
export function replyForm(
  id: string,
  state: FormState,
  request: DelistingRequest,
  listName: string,
  text: string,
): ModalView {
  const number = request.reference ? ` to ticket *${esc(request.reference, 80)}*` : '';
  return form({
    id,
    title: ASK_A_PERSON,
    submit: 'I have sent it',
    state,
    blocks: [
      section(
        `*${esc(listName, 80)}* answered with an automatic no. Reply${number} with this text: that reaches a person. Do not open a new ticket.`,
      ),
      longText(PACK_INPUTS.text, 'Text to paste', text, { hint: 'Kept on record as what we told them.' }),
    ],
  });
}

export function noCulpritForm(id: string, state: FormState): ModalView {
  return form({
    id,
    title: 'No culprit of ours',
    submit: 'Put on record',
    state,
    blocks: [
      section(
        'For when you have searched and none of our customers is behind this listing, or none can be found. It meets the first point of the checklist, and is kept on record with your name.',
      ),
      longText('reason', 'What you searched, and what you found', '', { max: 1000 }),
    ],
  });
}

function reading(id: string, state: FormState, title: string, blocks: KnownBlock[]): ModalView {
  const { submit: _, ...view } = form({ id, title, submit: 'Close', state, blocks });
  return { ...view, close: plainText('Close', 24) };
}

function radio(id: string, label: string, choices: readonly (readonly [string, string, string])[]): InputBlock {
  const element: RadioButtons = {
    type: 'radio_buttons',
    action_id: id,
    options: choices.map(([value, text, description]) => option(text, value, description)),
  };
  return { type: 'input', block_id: id, label: plainText(label), element };
}

function savedLine({ savedBy, savedAt, text }: Draft, pack: Pack): string {
  const line = `The text as ${esc(savedBy, 60)} saved it, ${when(savedAt)}.`;
  return text === pack.text
    ? line
    : `${line} :warning: It may lack what has been found and done since: the card and its History have it.`;
}

function shortText(id: string, label: string, initial: string): InputBlock {
  return textInput({ id, label, initial, isOptional: true, isShort: true, most: 200 });
}

function longText(
  id: string,
  label: string,
  initial: string,
  { optional = false, max = MOST_CLAIM, hint }: { optional?: boolean; max?: number; hint?: string } = {},
): InputBlock {
  return textInput({ id, label, initial, isOptional: optional, most: max, ...(hint ? { hint } : {}) });
}
