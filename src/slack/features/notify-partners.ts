// Tell partners: whose customers a listing concerns, what they will read, and one press that sends it to all of them.
import type { Checkboxes, InputBlock, MultiStaticSelect } from '@slack/types';
import { earlierWords, isEarlierAmongWords, unknownMarks } from '../../notices/letter.js';
import { notifyPartners as decideNotices, noteUnsent } from '../../notices/notify.js';
import type { AffectedPartner, NoticePlan } from '../../notices/plan.js';
import { count } from '../../words.js';
import {
  forgetLetter,
  keepWords,
  type OwnWords,
  ownBlocks,
  ownWords,
  rememberLetter,
  targetsTold,
} from '../begun-letters.js';
import { tell } from '../desk.js';
import { textOf, type Values } from '../form-values.js';
import { type Unsent, whyUnsent } from '../letter-faults.js';
import { context, MOST_INPUT, option, plainText, section, textInput } from '../messages/blocks.js';
import { form } from '../messages/modals.js';
import { privateNote } from '../messages/private.js';
import { esc, fitLines, plain } from '../messages/text/escape.js';
import { decisionOf, formState, openForm, type Press, type Submission, settle } from '../press.js';
import type { Feature } from './feature.js';

const FORM = 'notify-partners';
/** Slack's most for one menu. */
const MOST_PARTNERS = 100;
/** Slack's most for the text of a choice, and for what stands below it. */
const MOST_LABEL = 75;
const BY_HAND = 'by-hand';

export const notifyPartners: Feature = {
  name: 'Tell partners',
  help: 'drafts the notice to the partners whose customers a listing concerns, and sends it; again when it is clear',
  steps: [{ verb: 'notify-partners', right: 'notify-partners', act: start }],
  forms: [{ id: FORM, right: 'notify-partners', act: finish, check }],
};

async function start(press: Press): Promise<void> {
  const { desk, incident, reply } = press;
  const plan = desk.ctx.noticePlan(incident);
  if (!plan || plan.partners.length === 0) return tell(desk, reply, privateNote(NOBODY));
  const own = ownWords(press, plan);
  rememberLetter(press, plan, own);
  return openForm(press, noticeForm(press, plan, own));
}

const NOBODY =
  ':information_source: There is no partner to tell: each was told already, or none has customers with mail over what is listed. Nothing was sent.';

function noticeForm(press: Press, { kind, at, template, partners }: NoticePlan, own: OwnWords | undefined) {
  const canSend = press.desk.ctx.config.mail !== undefined;
  return form({
    id: FORM,
    title: kind === 'listed' ? 'Tell partners' : 'Tell partners: clear',
    submit: canSend ? 'Send' : 'Mark as sent',
    state: { ...formState(press), arg: `${kind}:${at}` },
    blocks: [
      ...ownBlocks(own, template),
      ...(canSend ? [] : [section(fitLines([BY_HAND_ONLY, ...partners.map(readerLine)], 2500))]),
      partnersInput(partners),
      ...laterLine(partners),
      ...unreachable(partners),
      textInput({
        id: 'subject',
        label: 'Subject',
        initial: own?.words.subject ?? template.subject,
        isShort: true,
        most: 200,
      }),
      textInput({
        id: 'body',
        most: MOST_INPUT,
        label: 'Text',
        initial: own?.words.body ?? template.body,
        hint: hintOf(partners),
      }),
      ...(canSend ? [byHandInput()] : []),
      context('Kept on record with the name of who sent it.'),
    ],
  });
}

function hintOf(partners: NoticePlan['partners']): string {
  const each = '{partner} and {customers} are filled in for each: nobody reads of another partner’s customers.';
  return partners.some(({ earlier }) => earlier !== undefined)
    ? `${each} {earlier} says when we wrote to it before and about what, and is left out where we did not.`
    : each;
}

const BY_HAND_ONLY =
  ':information_source: The bot cannot send mail here. Copy the text, send it yourself with these names for {partner} and {customers}, then mark it as sent.';

/** What to put in for the marks, for each. */
function readerLine({ name, contact, customers, earlier }: AffectedPartner): string {
  const before = earlier ? `. {earlier}: ${esc(earlierWords(earlier), 300)}` : '';
  return `• *${esc(name, 80)}*${contact ? ` ${esc(contact, 80)}` : ''}: ${esc(customers.join(', '), 300)}${before}`;
}

function partnersInput(partners: NoticePlan['partners']): InputBlock {
  const options = partners
    .slice(0, MOST_PARTNERS)
    .map(({ id, name, customers }) => option(labelOf(name, ` (${customers.length})`), id, namesWithin(customers)));
  const element: MultiStaticSelect = {
    type: 'multi_static_select',
    action_id: 'partners',
    options,
    initial_options: options,
  };
  return {
    type: 'input',
    block_id: 'partners',
    label: plainText('Partners, and how many of their customers it concerns'),
    element,
  };
}

/** Whoever is told is left out the next time, so pressing again brings the rest. */
function laterLine(partners: NoticePlan['partners']) {
  const left = partners.length - MOST_PARTNERS;
  if (left <= 0) return [];
  const all = count(partners.length, 'partner');
  return [
    section(
      `:warning: *${left.toLocaleString('en-US')} of ${all} ${left === 1 ? 'is' : 'are'} not in this list*, which holds ${MOST_PARTNERS}. Press *Tell partners* again after this, and it has the rest.`,
    ),
  ];
}

/** A long name is cut, never what stands after it. */
function labelOf(name: string, after: string): string {
  return `${plain(name, MOST_LABEL - after.length)}${after}`;
}

/** Whole names, as many as fit, and how many more there are. */
function namesWithin(names: readonly string[]): string {
  const all = names.join(', ');
  if (all.length <= MOST_LABEL) return all;
  const more = (shown: number) => ` and ${names.length - shown} more`;
  const fits = (shown: number) => names.slice(0, shown).join(', ').length + more(shown).length <= MOST_LABEL;
  const shown = names.findLastIndex((_, i) => fits(i + 1)) + 1;
  return shown === 0 ? all : `${names.slice(0, shown).join(', ')}${more(shown)}`;
}

function unreachable(partners: NoticePlan['partners']) {
  const names = partners.filter(({ contact }) => contact === undefined).map(({ name }) => `• ${esc(name, 80)}`);
  return names.length > 0 ? [section(fitLines([':warning: *No mail address is known of*', ...names], 1500))] : [];
}

function byHandInput(): InputBlock {
  const element: Checkboxes = {
    type: 'checkboxes',
    action_id: BY_HAND,
    options: [option('I have sent it myself: only put it on record', 'yes')],
  };
  return { type: 'input', block_id: BY_HAND, optional: true, label: plainText('By hand'), element };
}

function check(values: Values, arg: string): Record<string, string> {
  const subject = markFault(textOf(values, 'subject'), false);
  // Who reads of the end has had the beginning.
  const body = markFault(textOf(values, 'body'), !arg.startsWith('clear'));
  return {
    ...(chosen(values.partners).length > 0 ? {} : { partners: 'Choose at least one partner.' }),
    ...(subject ? { subject } : {}),
    ...(body ? { body } : {}),
  };
}

function markFault(text: string, mayHaveEarlier: boolean): string | undefined {
  const [mark] = unknownMarks(text, mayHaveEarlier);
  const known = mayHaveEarlier ? '{partner}, {customers} and {earlier}' : '{partner} and {customers}';
  if (mark !== undefined) return `Nothing is filled in for ${mark}. Only ${known} may stand in braces here.`;
  if (isEarlierAmongWords(text))
    return 'Put {earlier} on a line of its own: a partner who had no letter before is not sent it.';
  return undefined;
}

/** The kind of notice that the form was opened for, and when. */
const ARG = /^(listed|clear):(\d{1,15})$/;

/** What is sent is what was read: the text comes from the form, who may get it from the directory as it is now. */
async function finish(given: Submission): Promise<void> {
  const { desk, incident, values, arg } = given;
  const plan = desk.ctx.noticePlan(incident);
  const isByHand = desk.ctx.config.mail === undefined || chosen(values[BY_HAND]).includes('yes');
  const [, kind, openedAt] = ARG.exec(arg) ?? [];
  const wanted = new Set(chosen(values.partners));
  const partners = plan?.partners.filter(({ id }) => wanted.has(id)) ?? [];
  const template = { subject: textOf(values, 'subject'), body: textOf(values, 'body') };
  const letter = { kind, openedAt: Number(openedAt), template, partners, isByHand };
  const fault = whyUnsent(desk.ctx, incident, plan, letter);
  if (fault || !plan) return fault && unsent(given, fault);
  const { incidentId, actor } = decisionOf(given);
  const told = { kind: plan.kind, template, targets: targetsTold(given, plan), partners };
  const outcome = decideNotices(desk.ctx, { incidentId, actor, isByHand, ...told });
  if (outcome.kind === 'done') forgetLetter(given);
  await settle(given, outcome);
}

/** Tells who sent the form, and in the thread those who wait for the letter where the matter itself has changed. */
async function unsent(given: Submission, { said, why, isNews }: Unsent): Promise<void> {
  const { desk, incident, actor, reply } = given;
  keepWords(given, why);
  if (isNews) {
    noteUnsent(desk.ctx, { incidentId: incident.id, actor, why });
    desk.ctx.outbox.wake();
  }
  await tell(desk, reply, privateNote(`:busts_in_silhouette: ${said}`));
}

function chosen(value: string | string[] | undefined): string[] {
  return Array.isArray(value) ? value : [];
}
