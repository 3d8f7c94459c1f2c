// Modals and the Home tab against a real Bolt app: trigger ids, hashes, validation errors, stacks, closing.
import type { App } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import { abuseDesk, ann, button, section, startTinyBot, type TinyBot } from '../helpers/tiny-bot.js';

let bot: TinyBot;
afterEach(() => bot.stop());

function reasonForm(title = 'Why?') {
  return {
    type: 'modal' as const,
    callback_id: 'reason',
    notify_on_close: true,
    title: { type: 'plain_text' as const, text: title },
    submit: { type: 'plain_text' as const, text: 'Suspend' },
    blocks: [
      {
        type: 'input' as const,
        block_id: 'reason',
        label: { type: 'plain_text' as const, text: 'Reason' },
        element: { type: 'plain_text_input' as const, action_id: 'text', max_length: 20 },
      },
    ],
  };
}

/** A bot whose /form opens the form; `register` adds what happens on submission. */
async function startWithForm(register: (app: App) => void = () => {}): Promise<void> {
  bot = await startTinyBot((app) => {
    app.command('/form', async ({ ack, client, body }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: reasonForm() });
    });
    register(app);
  });
}

async function openForm(): Promise<string> {
  await bot.slack.command({ user: ann, channel: abuseDesk, command: '/form', text: '' });
  return (await bot.slack.until(() => bot.slack.modal(ann))).id;
}

describe('a modal', () => {
  it('is refused by the client itself while a required field is empty', async () => {
    await startWithForm();
    const viewId = await openForm();

    const outcome = await bot.slack.submitView({ user: ann, viewId, values: {} });

    expect(outcome).toEqual({ result: 'errors', errors: { reason: expect.stringContaining('required') } });
  });

  it('shows the app’s errors, then closes when the app is content', async () => {
    await startWithForm((app) =>
      app.view('reason', async ({ ack, view }) => {
        const text = view.state.values.reason?.text?.value;
        if (text === 'because') await ack({ response_action: 'errors', errors: { reason: 'Say more.' } });
        else await ack();
      }),
    );
    const viewId = await openForm();

    const first = await bot.slack.submitView({ user: ann, viewId, values: { text: 'because' } });
    expect(first).toEqual({ result: 'errors', errors: { reason: 'Say more.' } });
    expect(bot.slack.modal(ann)?.errors).toEqual({ reason: 'Say more.' });

    expect(await bot.slack.submitView({ user: ann, viewId, values: { text: 'ticket 12' } })).toEqual({
      result: 'closed',
    });
    expect(bot.slack.modal(ann)).toBeUndefined();
  });

  it('can be updated, stacked three deep, and cleared', async () => {
    await startWithForm((app) => {
      app.view('reason', async ({ ack, view }) => {
        const depth = Number(view.state.values.reason?.text?.value);
        if (depth < 3) await ack({ response_action: 'push', view: reasonForm(`Level ${depth + 1}`) });
        else await ack({ response_action: 'clear' });
      });
    });
    await openForm();
    const submit = (text: string) =>
      bot.slack.submitView({ user: ann, viewId: bot.slack.modal(ann)?.id ?? '', values: { text } });

    expect(await submit('1')).toEqual({ result: 'pushed' });
    expect(await submit('2')).toEqual({ result: 'pushed' });
    expect(bot.slack.modalStack(ann)).toHaveLength(3);
    expect(await submit('2')).toMatchObject({ result: 'failed' });
    expect(await submit('3')).toEqual({ result: 'cleared' });
    expect(bot.slack.modalStack(ann)).toEqual([]);
  });

  it('tells the app when it is closed', async () => {
    const closed: string[] = [];
    await startWithForm((app) =>
      app.view({ type: 'view_closed', callback_id: 'reason' }, async ({ ack, view }) => {
        closed.push(view.callback_id);
        await ack();
      }),
    );
    const viewId = await openForm();

    await bot.slack.closeView({ user: ann, viewId });

    expect(closed).toEqual(['reason']);
    expect(bot.slack.modal(ann)).toBeUndefined();
  });

  it('needs a trigger that is fresh and was not used before', async () => {
    const triggers: string[] = [];
    bot = await startTinyBot((app) =>
      app.command('/form', async ({ ack, body }) => {
        triggers.push(body.trigger_id);
        await ack();
      }),
    );
    const open = async (trigger: string) =>
      bot.app.client.views.open({ trigger_id: trigger, view: reasonForm() }).then(
        () => 'opened',
        (error: { data: { error: string } }) => error.data.error,
      );
    const form = { user: ann, channel: abuseDesk, command: '/form', text: '' };
    await bot.slack.command(form);
    expect(await open(triggers[0] ?? '')).toBe('opened');
    expect(await open(triggers[0] ?? '')).toBe('exchanged_trigger_id');
    expect(await open('made up')).toBe('invalid_trigger_id');
    await bot.slack.command(form);
    await new Promise((resolve) => setTimeout(resolve, 3100));
    expect(await open(triggers[1] ?? '')).toBe('trigger_expired');
  });

  it('is checked against Slack’s limits', async () => {
    let refusal: unknown;
    bot = await startTinyBot((app) =>
      app.command('/form', async ({ ack, client, body }) => {
        await client.views
          .open({ trigger_id: body.trigger_id, view: reasonForm('A title of more than 24 letters') })
          .catch((error: { data: unknown }) => {
            refusal = error.data;
          });
        await ack();
      }),
    );

    await bot.slack.command({ user: ann, channel: abuseDesk, command: '/form', text: '' });

    expect(refusal).toMatchObject({ error: 'invalid_arguments' });
    expect(JSON.stringify(refusal)).toContain('/view/title');
  });
});

describe('the Home tab', () => {
  it('is published when opened, its buttons work, and a stale hash is refused', async () => {
    const pressed: string[] = [];
    bot = await startTinyBot((app) => {
      app.event('app_home_opened', async ({ event, client }) => {
        const blocks = [
          section(`hello <@${event.user}>`),
          { type: 'actions' as const, elements: [button('mine', '1')] },
        ];
        await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
      });
      app.action('mine', async ({ ack, body }) => {
        pressed.push(body.user.id);
        await ack();
      });
    });

    await bot.slack.openHome(ann);
    const home = await bot.slack.until(() => bot.slack.home(ann));
    await bot.slack.press({ user: ann, viewId: home.id, actionId: 'mine' });

    expect(pressed).toEqual([ann]);
    const stale = bot.app.client.views.publish({
      user_id: ann,
      hash: 'old',
      view: { type: 'home', blocks: [section('x')] },
    });
    await expect(stale).rejects.toMatchObject({ data: { error: 'hash_conflict' } });
  });
});
