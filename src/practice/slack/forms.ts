// Modals and the Home tab as a person uses them: submit, close, open, and what the app answers.
import { inputErrors, stateOf, type Values } from './blocks.js';
import type { Core } from './core.js';
import { eventEnvelope } from './delivery.js';
import { type Outcome, outcome } from './interactions.js';
import { isJson, type Json, list, obj, str } from './json.js';
import { interactionBase } from './payloads.js';
import { type View, viewPayload } from './views.js';
import { viewContent } from './views-methods.js';

/** `errors`: by block id, the form stays; `closed`: this view is gone; `updated`, `pushed`, `cleared`: as the app asked. */
export type Submission =
  | { result: 'errors'; errors: Record<string, string> }
  | { result: 'closed' | 'updated' | 'pushed' | 'cleared' }
  | { result: 'failed'; text: string };

export interface SubmitView {
  user: string;
  viewId: string;
  values: Values;
}

/** Submits a modal: Slack's own checks first, then the app's answer. */
export async function submitView(core: Core, { user, viewId, values }: SubmitView): Promise<Submission> {
  const view = openView(core, user, viewId);
  const blocks = list(view.content.blocks);
  const errors = inputErrors(blocks, values);
  if (Object.keys(errors).length > 0) return showErrors(core, view, errors);

  const ack = await core.delivery.deliver({ kind: 'interactive', payload: submissionPayload(core, view, values) });
  if (!ack.ok) {
    const failed = outcome(core, user, { ...ack, text: 'We had some trouble connecting. Try again?' });
    return { result: 'failed', text: failed.ok ? '' : failed.text };
  }
  return applyResponse(core, view, obj(ack.body));
}

function submissionPayload(core: Core, view: View, values: Values): Json {
  const { team, bot } = core.workspace;
  return {
    ...interactionBase(core, 'view_submission', view.userId),
    trigger_id: core.triggers.issue({ userId: view.userId, viewId: view.id }),
    view: viewPayload(view, team.id, bot.appId, bot.botId, stateOf(list(view.content.blocks), values)),
    response_urls: [],
  };
}

function applyResponse(core: Core, view: View, body: Json): Submission {
  const user = view.userId;
  switch (body.response_action) {
    case 'errors': {
      const texts = Object.entries(obj(body.errors)).map(([blockId, text]) => [blockId, str(text)]);
      return showErrors(core, view, Object.fromEntries(texts));
    }
    case 'update':
    case 'push': {
      const content = viewContent(body);
      if ('error' in content) return brokenAnswer(core, user);
      if (body.response_action === 'update') core.views.update(view, content.view);
      else if (core.views.push(user, content.view) === 'push_limit_reached') return brokenAnswer(core, user);
      core.emit({ type: 'modal', user });
      return { result: body.response_action === 'update' ? 'updated' : 'pushed' };
    }
    case 'clear':
      core.views.clear(user);
      core.emit({ type: 'modal', user });
      return { result: 'cleared' };
    default:
      core.views.close(view);
      core.emit({ type: 'modal', user });
      return { result: 'closed' };
  }
}

function brokenAnswer(core: Core, user: string): Submission {
  const text = 'We had some trouble connecting. Try again?';
  core.emit({ type: 'notice', user, text });
  return { result: 'failed', text };
}

function showErrors(core: Core, view: View, errors: Record<string, string>): Submission {
  view.errors = errors;
  core.emit({ type: 'modal', user: view.userId });
  return { result: 'errors', errors };
}

/** Closes a modal (with `all`, the whole stack); the app hears of it when it asked to (`notify_on_close`). */
export async function closeView(
  core: Core,
  { user, viewId, all = false }: { user: string; viewId: string; all?: boolean },
): Promise<void> {
  const view = openView(core, user, viewId);
  const { team, bot } = core.workspace;
  const payload = {
    ...interactionBase(core, 'view_closed', user),
    view: viewPayload(view, team.id, bot.appId, bot.botId),
    is_cleared: all,
  };
  if (all || view.content.clear_on_close === true) core.views.clear(user);
  else core.views.close(view);
  core.emit({ type: 'modal', user });
  if (view.content.notify_on_close === true) await core.delivery.deliver({ kind: 'interactive', payload });
}

function openView(core: Core, user: string, viewId: string): View {
  const view = core.views.find(viewId);
  if (!view || view.userId !== user || view.type !== 'modal') throw new Error(`no modal ${viewId} before ${user}`);
  return view;
}

/** The direct messages between the app and a person; made when there are none yet. */
export async function appConversation(core: Core, user: string): Promise<string> {
  const answer = await core.state.asBot('conversations.open', { users: user });
  const channel = answer.channel;
  if (!isJson(channel)) throw new Error(`no conversation with ${user}: ${str(answer.error)}`);
  return str(channel.id);
}

/** A person opens the app's Home tab. */
export async function openHome(core: Core, user: string): Promise<Outcome> {
  const { team, bot } = core.workspace;
  const home = core.views.home(user);
  const event = {
    type: 'app_home_opened',
    user,
    channel: await appConversation(core, user),
    tab: 'home',
    event_ts: (Date.now() / 1000).toFixed(6),
    ...(home ? { view: viewPayload(home, team.id, bot.appId, bot.botId) } : {}),
  };
  return sendEvent(core, user, event);
}

/** Delivers an event; `eventId` and `retryNum` let a test send the same one twice. */
export async function sendEvent(
  core: Core,
  user: string,
  event: Json,
  again: { eventId?: string; retryNum?: number } = {},
): Promise<Outcome> {
  const { team, bot } = core.workspace;
  const payload = eventEnvelope(event, team.id, bot.appId, bot.userId, again.eventId);
  const retry = again.retryNum === undefined ? {} : { retryNum: again.retryNum };
  return outcome(core, user, await core.delivery.deliver({ kind: 'events_api', payload, ...retry }));
}
