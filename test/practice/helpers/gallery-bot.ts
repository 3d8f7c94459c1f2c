// A bot that shows every kind of block the page must draw, and answers to what people do with them.
import type { App, BlockAction } from '@slack/bolt';
import type { KnownBlock, ModalView } from '@slack/types';
import { abuseDesk, ann, button, deliverability, section, type TinyBot } from './tiny-bot.js';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn' as const, text });

/** A compromise card as an abuse desk would see it; `state` is its one line of news. */
export function card(state: string, isOpen: boolean): KnownBlock[] {
  const since = Math.floor(Date.now() / 1000) - 1620;
  return [
    { type: 'header', text: plain(':rotating_light: Stolen mailbox: sales@acme.example') },
    section(
      '*148 recipients in 27 min*, usual 6 an hour; 143 never written to before; 38 % unknown users; three new networks.',
    ),
    {
      type: 'section',
      fields: [
        mrkdwn('*Customer*\nAcme Industries'),
        mrkdwn('*Partner*\nBrightwire Hosting'),
        mrkdwn('*Outbound IPs*\n`192.0.2.10` and 1 more of 6'),
        mrkdwn(`*First seen*\n<!date^${since}^{date_short_pretty} {time}|earlier>`),
        mrkdwn('*Sample subject*\nInvoice &lt;!channel&gt; overdue *now*'),
        mrkdwn(`*State*\n${state}`),
      ],
    },
    {
      type: 'context',
      elements: [mrkdwn('Incident *7* · detected 3 times · <https://example.com/removal|removal page>')],
    },
    {
      type: 'actions',
      block_id: 'card-actions',
      elements: [
        ...(isOpen
          ? [
              { ...button('block', '7:1', 'Block sender'), style: 'primary' as const },
              button('reroute', '7:1', 'Re-route Hotmail'),
              {
                ...button('suspend', '7:1', 'Suspend outbound'),
                style: 'danger' as const,
                confirm: {
                  title: plain('Suspend Acme Industries?'),
                  text: mrkdwn('All outbound mail of *Acme Industries* stops, about 1,240 messages a day.'),
                  confirm: plain('Suspend outbound'),
                  deny: plain('Keep it running'),
                },
              },
              button('resolve', '7:1', 'Mark resolved'),
            ]
          : [button('reopen', '7:2', 'Re-open')]),
        {
          type: 'overflow',
          action_id: 'more',
          options: ['Add note', 'History', 'Lift block'].map((text) => ({ text: plain(text), value: text })),
        },
      ],
    },
  ];
}

export const digest: KnownBlock[] = [
  { type: 'header', text: plain('Digest, Monday 3 March') },
  section('2 open incidents · 1 block in force · 1 re-route · *18,204* messages relayed'),
  {
    type: 'table',
    rows: [
      ['Customer', 'Containment', 'Since', 'Refused'],
      ['Acme Industries', 'sender blocked', '2 h', '312'],
      ['Dellwood Dental Group', 're-routed', '3 days', '–'],
    ].map((row) => row.map((text) => ({ type: 'raw_text' as const, text }))),
  },
  { type: 'divider' },
  {
    type: 'section',
    text: mrkdwn('*Health*: socket up, DNS answers, last check 4 min ago'),
    accessory: button('again', '1', 'Check again'),
  },
];

export const reasonForm: ModalView = {
  type: 'modal',
  callback_id: 'reason',
  title: plain('Suspend outbound'),
  submit: plain('Suspend'),
  close: plain('Cancel'),
  blocks: [
    section('All outbound mail of *Acme Industries* is refused until somebody lifts it.'),
    {
      type: 'input',
      block_id: 'reason',
      label: plain('Reason'),
      hint: plain('Goes on record and into the notice to the partner.'),
      element: { type: 'plain_text_input', action_id: 'text', multiline: true, max_length: 300 },
    },
    {
      type: 'input',
      block_id: 'cause',
      label: plain('Cause'),
      element: {
        type: 'radio_buttons',
        action_id: 'pick',
        options: ['Stolen password', 'Infected machine'].map((text) => ({ text: plain(text), value: text })),
        initial_option: { text: plain('Stolen password'), value: 'Stolen password' },
      },
    },
    {
      type: 'input',
      block_id: 'who',
      optional: true,
      label: plain('Also tell'),
      element: { type: 'users_select', action_id: 'user', placeholder: plain('Nobody else') },
    },
    {
      type: 'input',
      block_id: 'long',
      optional: true,
      label: plain('How long'),
      element: {
        type: 'static_select',
        action_id: 'pick',
        options: [
          { text: plain('A day'), value: 'day', description: plain('then it is asked again') },
          { text: plain('Until lifted'), value: 'lifted' },
        ],
      },
    },
    {
      type: 'input',
      block_id: 'checks',
      optional: true,
      label: plain('Checked'),
      element: {
        type: 'checkboxes',
        action_id: 'boxes',
        options: [{ text: plain('Spam stopped'), value: 'stopped', description: plain('no message for 15 min') }],
      },
    },
  ],
};

/** Registers what the gallery answers to. */
export function registerGallery(app: App): void {
  app.action<BlockAction>('block', async ({ ack, body, client }) => {
    await ack();
    const channel = body.channel?.id ?? '';
    const ts = body.message?.ts ?? '';
    if (body.user.id === ann) {
      await client.chat.update({
        channel,
        ts,
        text: 'blocked',
        blocks: card(`Sender blocked by <@${ann}>`, true),
      });
      await client.chat.postMessage({ channel, thread_ts: ts, text: `<@${ann}> blocked \`sales@acme.example\`.` });
    } else {
      const text = 'You may look at incidents, but not act on them. Ask Lena Brandt for the technician role.';
      await client.chat.postEphemeral({ channel, user: body.user.id, text });
    }
  });
  app.action<BlockAction>('suspend', async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: reasonForm });
  });
  app.action(/.*/, async ({ ack }) => ack());
  app.view('reason', async ({ ack, view, client, body }) => {
    const reason = view.state.values.reason?.text?.value ?? '';
    if (reason.length < 10) {
      await ack({ response_action: 'errors', errors: { reason: 'Say a little more: at least 10 letters.' } });
      return;
    }
    await ack();
    await client.chat.postEphemeral({ channel: abuseDesk, user: body.user.id, text: `Suspended: ${reason}` });
  });
  app.command('/blcheck', async ({ ack, command, respond }) => {
    await ack({ text: `Checking \`${command.text}\` on 10 lists…` });
    await respond({ replace_original: true, text: `\`${command.text}\` is listed on *1 of 10* lists; 2 unknown.` });
  });
  app.event('app_home_opened', async ({ event, client }) => {
    const blocks = [
      { type: 'header' as const, text: plain('Your desk') },
      section(
        '*Open incidents*\n:red_circle: Acme Industries: stolen mailbox, 22 h left\n:large_yellow_circle: Dellwood Dental Group: Microsoft refuses 192.0.2.10',
      ),
      {
        type: 'actions' as const,
        elements: [button('mine', '1', 'Only mine'), button('blocks', '1', 'Active blocks')],
      },
      { type: 'divider' as const },
      { type: 'context' as const, elements: [mrkdwn('Socket up · DNS answers · last check 4 min ago')] },
    ];
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
  });
}

/** Posts the gallery; returns the card's ts. */
export async function postGallery({ app }: TinyBot): Promise<string> {
  const { client } = app;
  await client.chat.postMessage({ channel: deliverability, text: 'Digest', blocks: digest });
  const root = await client.chat.postMessage({
    channel: abuseDesk,
    text: 'Stolen mailbox: sales@acme.example',
    blocks: card('Open, 22 h left', true),
  });
  const thread = { channel: abuseDesk, thread_ts: root.ts ?? '' };
  await client.chat.postMessage({ ...thread, text: 'Detected: 148 recipients in 27 min, usual 6 an hour.' });
  await client.chat.postMessage({ ...thread, text: 'Notice to *Brightwire Hosting* is ready to send.' });
  const done = card('Resolved by Lena Brandt', false);
  await client.chat.postMessage({
    channel: abuseDesk,
    text: 'Resolved',
    attachments: [{ color: '#2eb67d', blocks: done.slice(0, 2), fallback: 'Resolved' }],
  });
  await client.chat.postEphemeral({
    channel: abuseDesk,
    user: ann,
    text: 'Lena Brandt blocked this sender 4 min ago.',
  });
  return root.ts ?? '';
}

export const surface = {
  commands: [
    {
      command: '/blcheck',
      usage: '<ip|domain|cidr> [list]',
      description: 'Ask the blocklists about an address, a small network or a domain',
    },
    {
      command: '/relay',
      usage: 'incidents | mine | blocks | digest',
      description: 'What the desk has open, and what is in force',
    },
  ],
  shortcuts: [],
};
