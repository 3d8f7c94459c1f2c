// The abuse desk's eyes and hands: finds the card of a mailbox in Slack's stand-in, reads it as a person would, presses its buttons.
import type { StandInMessage } from '../../../src/practice/slack/index.js';
import { ABUSE_DESK, TECHNICIAN, type World } from './world.js';

/** Everything a card or reply says, without markup of JSON. */
export function wordsOf({ text, blocks }: Pick<StandInMessage, 'text' | 'blocks'>): string {
  return `${text}\n${JSON.stringify(blocks)}`;
}

/** The root messages about a mailbox: there must never be more than one. */
export async function cardsOf(world: World, address: string): Promise<StandInMessage[]> {
  const messages = await world.slack.messages(ABUSE_DESK);
  return messages.filter((message) => message.text.includes(`Compromised mailbox: ${address}`));
}

/** Waits for the card of a mailbox, until it says `wanted`. */
export async function cardOf(world: World, address: string, wanted: RegExp = /./): Promise<StandInMessage> {
  let seen: StandInMessage | undefined;
  try {
    return await world.slack.until(async () => {
      [seen] = await cardsOf(world, address);
      return seen && wanted.test(wordsOf(seen)) ? seen : undefined;
    }, 90_000);
  } catch (error) {
    const words = seen ? wordsOf(seen) : 'there is no card';
    throw new Error(`card of ${address}: waited for ${wanted}, but ${words}`, { cause: error });
  }
}

/** Takes a step of the card as it is now, by its button or its entry in the menu; throws when Slack would show an error. */
export async function press(
  world: World,
  card: StandInMessage,
  actionId: string,
  { user = TECHNICIAN, selectedOption }: { user?: string; selectedOption?: string } = {},
): Promise<void> {
  const option = selectedOption === undefined ? {} : { selectedOption };
  const step = { ...stepOn(card, actionId), ...option };
  const outcome = await world.slack.press({ user, channel: ABUSE_DESK, ts: card.ts, ...step });
  if (!outcome.ok) throw new Error(`pressing ${actionId}: ${outcome.text}`);
}

/** How a person takes a step of a card: what is no button stands in the menu. */
export function stepOn(card: StandInMessage, action: string): { actionId: string; selectedOption?: string } {
  if (JSON.stringify(card.blocks).includes(`"action_id":"${action}"`)) return { actionId: action };
  return { actionId: 'incident-menu', selectedOption: menuEntry(card, action) };
}

/** Fills in and sends the form in front of the person; what is not named stays as the form suggests it. */
export async function fillIn(world: World, values: Record<string, string>, user = TECHNICIAN): Promise<void> {
  const modal = await world.slack.until(() => world.slack.modal(user));
  const { result } = await world.slack.submitView({ user, viewId: modal.id, values });
  if (result !== 'closed') throw new Error(`the form was not taken: ${result}`);
}

/** The menu entry of a card, as the person's screen holds it: `lift:3:2`. */
export function menuEntry(card: StandInMessage, name: string): string {
  const found = new RegExp(`"value":"(${name}:\\d+:\\d+(?::[^"]*)?)"`).exec(JSON.stringify(card.blocks));
  if (!found?.[1]) throw new Error(`the card has no menu entry ${name}`);
  return found[1];
}

export interface AuditLine {
  seq: number;
  at: string;
  actor: string;
  actorName: string;
  verb: string;
  subject: string;
  outcome: string;
  reason: string | null;
  details: Record<string, unknown>;
}

/** The audit trail as `audit export` prints it; of one card's incident when a card is given. */
export async function auditTrail(world: World, card?: StandInMessage): Promise<AuditLine[]> {
  const { code, stdout, stderr } = await world.command('audit', 'export');
  if (code !== 0) throw new Error(`audit export ended with ${code}: ${stderr}`);
  const rows = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditLine);
  return card ? rows.filter(({ subject }) => subject === `incident:${incidentOf(card)}`) : rows;
}

/** The number in the card's last line. */
export function incidentOf(card: StandInMessage): string {
  return /Incident (\d+)/.exec(JSON.stringify(card.blocks))?.[1] ?? '?';
}
