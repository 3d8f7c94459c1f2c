// What people do in a channel, delivered to the bot as Slack would: a pressed button, a chosen option, a command.
import { type Choice, chosen, findElement, findHolder, stateOf, type Values } from './blocks.js';
import { announce, showEphemeral } from './chat.js';
import { allBlocks, type Core, readMessage } from './core.js';
import type { Ack } from './delivery.js';
import { isJson, type Json, str } from './json.js';
import { channelPayload, interactionBase, messagePayload, userPayload } from './payloads.js';
import { answer } from './responses.js';
import type { ResponseTarget } from './tickets.js';
import { viewPayload } from './views.js';

/** A press on an element of a message (`channel` and `ts`, also of an ephemeral) or of a view (`viewId`). */
export interface Press {
  user: string;
  channel?: string;
  ts?: string;
  viewId?: string;
  actionId: string;
  /** The value of the pressed button as the person's screen showed it; the stored one when absent. */
  value?: string;
  /** The chosen option's value, user, channel or date of a menu; several for checkboxes. */
  selectedOption?: string | string[];
  /** What other inputs of the same message or view hold. */
  values?: Values;
}

/** What came of it, as the person sees it: the app took it, or Slack says why not. */
export type Outcome = { ok: true } | { ok: false; text: string };

/** Presses an element and waits for the bot's ack. Throws when there is no such message, view or element. */
export async function press(core: Core, input: Press): Promise<Outcome> {
  const place = input.viewId === undefined ? await messagePlace(core, input) : viewPlace(core, input.viewId, input);
  const { actionId, selectedOption } = input;
  const holder =
    typeof selectedOption === 'string'
      ? findHolder([place.blocks, ...place.earlier], actionId, selectedOption)
      : undefined;
  const found = holder ?? findElement(place.blocks, actionId, input.value) ?? findInAny(place.earlier, input);
  if (!found) throw new Error(`nothing to press: no element ${input.actionId} in ${input.viewId ?? input.ts}`);
  const choice: Choice = input.selectedOption ?? input.value;
  const { element, block } = found;
  const now = Date.now() / 1000;
  const action = {
    type: element.type,
    action_id: element.action_id,
    block_id: block.block_id,
    ...chosen(element, choice),
    action_ts: now.toFixed(6),
  };
  const trigger = { userId: input.user, ...(input.viewId === undefined ? {} : { viewId: input.viewId }) };
  const ack = await core.delivery.deliver({
    kind: 'interactive',
    payload: {
      ...interactionBase(core, 'block_actions', input.user),
      trigger_id: core.triggers.issue(trigger),
      ...place.fields,
      actions: [action],
    },
  });
  return outcome(core, input.user, ack);
}

interface Place {
  blocks: Json[];
  earlier: Json[][];
  fields: Json;
}

async function messagePlace(core: Core, { user, channel = '', ts = '', values = {} }: Press): Promise<Place> {
  const ephemeral = core.ephemerals.find(user, channel, ts);
  const message = ephemeral ? undefined : await readMessage(core, channel, ts);
  if (!ephemeral && !message) throw new Error(`nothing to press: no message ${ts} in ${channel}`);
  const blocks = ephemeral ? ephemeral.blocks : allBlocks(message ?? {});
  const threadTs = ephemeral?.threadTs ?? str(message?.thread_ts);
  const target: ResponseTarget = { userId: user, channel, original: { ts, isEphemeral: ephemeral !== undefined } };
  if (threadTs && threadTs !== ts) target.threadTs = threadTs;
  return {
    blocks,
    earlier: core.earlierBlocks.get(`${channel}/${ts}`) ?? [],
    fields: {
      container: {
        type: 'message',
        message_ts: ts,
        channel_id: channel,
        is_ephemeral: ephemeral !== undefined,
        ...(threadTs ? { thread_ts: threadTs } : {}),
      },
      channel: channelPayload(core, channel),
      ...(message ? { message: messagePayload(core, message) } : {}),
      state: stateOf(blocks, values),
      response_url: core.responseUrl(core.responseUrls.issue(target)),
    },
  };
}

function viewPlace(core: Core, viewId: string, { user, values = {} }: Press): Place {
  const view = core.views.find(viewId);
  if (!view || view.userId !== user) throw new Error(`nothing to press: no view ${viewId} before ${user}`);
  const blocks = allBlocks(view.content);
  const { team, bot } = core.workspace;
  return {
    blocks,
    earlier: [],
    fields: {
      container: { type: 'view', view_id: view.id },
      view: viewPayload(view, team.id, bot.appId, bot.botId, stateOf(blocks, values)),
    },
  };
}

function findInAny(versions: Json[][], { actionId, value }: Press) {
  for (const blocks of versions) {
    const found = findElement(blocks, actionId, value);
    if (found) return found;
  }
  return undefined;
}

export interface SlashCommand {
  user: string;
  channel: string;
  /** With its slash: "/blcheck". */
  command: string;
  text: string;
}

/** Slack answers itself when no installed app has the command. */
function notACommand(core: Core, { user, channel, command: name }: SlashCommand): Outcome {
  const complaint = `${name} is not a valid command. In Slack, all messages that start with the "/" character are interpreted as commands.`;
  showEphemeral(core, { user, channel, text: complaint, blocks: [], threadTs: '', from: 'slackbot' });
  return { ok: false, text: complaint };
}

/** Sends a slash command; its ack's body is shown, an app that does not answer is reported by Slackbot. */
export async function command(core: Core, { user, channel, command: name, text }: SlashCommand): Promise<Outcome> {
  const { team, bot, commands } = core.workspace;
  if (commands && !commands.includes(name)) return notACommand(core, { user, channel, command: name, text });
  const target: ResponseTarget = { userId: user, channel };
  const token = core.responseUrls.issue(target);
  const person = userPayload(core, user);
  const ack = await core.delivery.deliver({
    kind: 'slash_commands',
    payload: {
      token: 'practice',
      team_id: person.team_id,
      team_domain: team.domain,
      channel_id: channel,
      channel_name: channelPayload(core, channel).name,
      user_id: user,
      user_name: person.name,
      command: name,
      text,
      api_app_id: bot.appId,
      is_enterprise_install: 'false',
      response_url: core.responseUrl(token),
      trigger_id: core.triggers.issue({ userId: user }),
    },
  });
  if (!ack.ok) {
    const complaint = `${name} failed with the error "${ack.reason}"`;
    showEphemeral(core, { user, channel, text: complaint, blocks: [], threadTs: '', from: 'slackbot' });
    return { ok: false, text: complaint };
  }
  const body = typeof ack.body === 'string' ? { text: ack.body } : ack.body;
  if (isJson(body)) await answer(core, core.responseUrls.target(token) ?? target, body);
  return { ok: true };
}

/** Runs a message shortcut on a message. */
export async function shortcut(
  core: Core,
  { user, channel, ts, callbackId }: { user: string; channel: string; ts: string; callbackId: string },
): Promise<Outcome> {
  const message = await readMessage(core, channel, ts);
  if (!message) throw new Error(`no message ${ts} in ${channel}`);
  const target = { userId: user, channel, original: { ts, isEphemeral: false } };
  const ack = await core.delivery.deliver({
    kind: 'interactive',
    payload: {
      ...interactionBase(core, 'message_action', user),
      callback_id: callbackId,
      trigger_id: core.triggers.issue({ userId: user }),
      message_ts: ts,
      action_ts: (Date.now() / 1000).toFixed(6),
      channel: channelPayload(core, channel),
      message,
      response_url: core.responseUrl(core.responseUrls.issue(target)),
    },
  });
  return outcome(core, user, ack);
}

/** A person writes in a channel, a thread or to the app. */
export async function say(
  core: Core,
  { user, channel, text, threadTs = '' }: { user: string; channel: string; text: string; threadTs?: string },
): Promise<string> {
  const inThread = threadTs === '' ? {} : { thread_ts: threadTs };
  const posted = await core.state.asPerson(user, 'chat.postMessage', { channel, text, ...inThread });
  if (posted.ok !== true) throw new Error(`${user} cannot write in ${channel}: ${str(posted.error)}`);
  announce(core, channel, str(posted.ts), threadTs);
  return str(posted.ts);
}

/** Turns a failed ack into what the person reads, and shows it to them. */
export function outcome(core: Core, user: string, ack: Ack): Outcome {
  if (ack.ok) return { ok: true };
  core.emit({ type: 'notice', user, text: ack.text });
  return { ok: false, text: ack.text };
}
