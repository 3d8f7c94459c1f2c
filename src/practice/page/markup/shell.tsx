// The page around the messages: top bar with clock and "act as", counters, sidebar, panes, dialogs.
import { renderToStaticMarkup } from 'react-dom/server';
import type { Workspace } from '../../slack/index.js';
import type { AppSurface } from '../commands.js';
import { AppAvatar, Icon, PersonAvatar } from './icons.js';

/** What a newcomer can try. Plain text. */
export interface Guide {
  title: string;
  /** In a breath, for a screen that shows nothing but the channel. */
  whatThisIs: string;
  steps: string[];
  /** What stands in a channel before its first message, by the channel's name. */
  whileEmpty: Record<string, string>;
}

interface ShellParts {
  workspace: Workspace;
  surface: AppSurface;
  guide: Guide | undefined;
  clock: string;
  counters: string;
  /** IANA zone of the times shown. */
  timeZone: string;
  title: string;
}

/** The whole document. Everything that changes is filled in by the client. */
export function shellHtml(parts: ShellParts): string {
  return `<!doctype html>${renderToStaticMarkup(<Shell {...parts} />)}`;
}

/** What the client reads at its start. */
function bootOf({ workspace: { people, channels, bot }, surface, guide, timeZone }: ShellParts) {
  const { commands } = surface;
  return { people, channels, bot: bot.realName, commands, timeZone, whileEmpty: guide?.whileEmpty ?? {} };
}

function Shell(parts: ShellParts) {
  const { workspace, guide, clock, counters, title } = parts;
  return (
    <html lang="en">
      <Head title={title} />
      <body data-boot={JSON.stringify(bootOf(parts))}>
        <a className="rw-skip" href="#messages">
          Skip to messages
        </a>
        <TopBar workspace={workspace} clock={clock} />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, so the keyboard must reach it */}
        <section className="rw-strip" aria-label="Mail through the relay: recipients, by customer" tabIndex={0}>
          <p className="rw-strip-title">Recipients, by customer</p>
          {/* biome-ignore lint/security/noDangerouslySetInnerHtml: rendered by React in counters.tsx */}
          <ul id="counters" dangerouslySetInnerHTML={{ __html: counters }} />
        </section>
        {guide ? <Coach guide={guide} /> : null}
        <div className="rw-columns">
          <Sidebar workspace={workspace} guide={guide} />
          <ChannelPane workspace={workspace} />
          <ThreadPane />
        </div>
        <dialog id="modal" aria-labelledby="modal-title" />
        <dialog id="confirm" aria-label="Please confirm" />
        <div id="toasts" className="rw-toasts" role="alert" />
        <div id="announcer" className="rw-unseen" role="status" aria-live="polite" />
      </body>
    </html>
  );
}

function Head({ title }: { title: string }) {
  return (
    <head>
      <meta charSet="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{title}</title>
      <link rel="icon" href="/assets/icon.svg" />
      <link rel="stylesheet" href="/assets/kit.css" />
      {['base', 'top', 'layout', 'composer', 'message', 'blocks', 'dialog', 'narrow', 'touch'].map((name) => (
        <link key={name} rel="stylesheet" href={`/assets/${name}.css`} />
      ))}
      <script type="module" src="/assets/client/main.js" />
    </head>
  );
}

function TopBar({ workspace: { team, people }, clock }: Pick<ShellParts, 'workspace' | 'clock'>) {
  return (
    <header className="rw-top">
      <button
        type="button"
        className="rw-icon-button rw-drawer-button"
        id="drawer-button"
        aria-label="Channels"
        aria-expanded="false"
        aria-controls="sidebar"
      >
        <Icon name="menu" />
        <span className="rw-drawer-dot" hidden />
      </button>
      <span className="rw-top-title">
        <b>{team.name}</b> <span>practice workspace</span>
      </span>
      <span className="rw-clock" title="Practice time runs faster than yours">
        <span className="rw-live" aria-hidden="true" />
        <span id="clock">{clock}</span>
        <span className="rw-offline" id="offline" role="status" />
      </span>
      <ActAs people={people} />
    </header>
  );
}

function ChannelPane({ workspace: { channels, bot } }: Pick<ShellParts, 'workspace'>) {
  return (
    <main className="rw-pane" id="channel-pane">
      <header className="rw-pane-head">
        <h1 id="pane-title">{channels[0]?.name}</h1>
        <p id="pane-topic" />
        <div className="rw-tabs" role="tablist" aria-label={bot.realName} id="app-tabs" hidden>
          <button type="button" role="tab" data-tab="home" aria-selected="true" aria-controls="messages">
            Home
          </button>
          <button
            type="button"
            role="tab"
            data-tab="messages"
            aria-selected="false"
            aria-controls="messages"
            tabIndex={-1}
          >
            Messages
          </button>
        </div>
      </header>
      <section className="rw-messages" id="messages" aria-label="Messages" tabIndex={-1}>
        {/* Stands there until the client fills the pane. */}
        <p className="rw-empty">Loading. This page needs JavaScript: allow it for this address.</p>
      </section>
      <button type="button" className="rw-jump" id="jump" hidden>
        <Icon name="down" size={14} /> New messages
      </button>
      <Composer pane="channel" label="Message" />
    </main>
  );
}

function ThreadPane() {
  return (
    <aside className="rw-pane rw-thread" id="thread-pane" aria-label="Thread" hidden>
      <header className="rw-pane-head">
        <h2>Thread</h2>
        <p id="thread-topic" />
        <button type="button" className="rw-icon-button" id="thread-close" aria-label="Close thread">
          <Icon name="close" />
        </button>
      </header>
      <section className="rw-messages" id="thread" aria-label="Thread messages" tabIndex={-1} />
      <Composer pane="thread" label="Reply" />
    </aside>
  );
}

function ActAs({ people }: { people: Workspace['people'] }) {
  return (
    <div className="rw-act-as" id="act-as">
      <button type="button" id="act-as-button" aria-haspopup="menu" aria-expanded="false">
        <span className="rw-act-as-hint">Acting as</span>
        {people.map((person, index) => (
          <span key={person.id} className="rw-person" data-person={person.id} hidden={index > 0}>
            <PersonAvatar name={person.realName} index={index} size={24} />
            <span className="rw-person-name">{person.realName}</span>
            <small>{person.title}</small>
          </span>
        ))}
        <Icon name="down" size={14} />
      </button>
      <div className="rw-menu" role="menu" aria-label="Act as" hidden>
        {people.map((person, index) => (
          <button
            key={person.id}
            type="button"
            role="menuitemradio"
            aria-checked={index === 0}
            tabIndex={-1}
            data-option={person.id}
          >
            <PersonAvatar name={person.realName} index={index} size={32} />
            <span>
              <b>{person.realName}</b>
              <small>{person.title}</small>
            </span>
            <Icon name="check" size={16} />
          </button>
        ))}
      </div>
    </div>
  );
}

function Sidebar({ workspace: { team, channels, bot }, guide }: { workspace: Workspace; guide: Guide | undefined }) {
  return (
    <nav className="rw-sidebar" id="sidebar" aria-label="Channels">
      <p className="rw-team">{team.name}</p>
      <h2>Channels</h2>
      <ul>
        {channels.map((channel) => (
          <li key={channel.id}>
            <button type="button" data-channel={channel.id}>
              <Icon name={channel.isPrivate ? 'lock' : 'hash'} size={16} />
              <span>{channel.name}</span>
              <span className="rw-unread" hidden />
            </button>
          </li>
        ))}
      </ul>
      <h2>Apps</h2>
      <ul>
        <li>
          <button type="button" data-channel="app">
            <AppAvatar size={20} />
            <span>{bot.realName}</span>
            <span className="rw-unread" hidden />
          </button>
        </li>
      </ul>
      {guide ? (
        <section className="rw-guide" aria-labelledby="guide-title">
          <h2 id="guide-title">{guide.title}</h2>
          <ol>
            {guide.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </section>
      ) : null}
      <p className="rw-sidebar-note">Everything here is made up and stays on this machine. The bot is the real one.</p>
    </nav>
  );
}

/** The guide a step at a time, where a phone has no room for the sidebar with all of it. */
function Coach({ guide }: { guide: Guide }) {
  return (
    <aside className="rw-coach" id="coach" aria-label="What this is">
      <p>{guide.whatThisIs}</p>
      <button type="button" className="rw-icon-button" id="coach-close" aria-label="Close the guide">
        <Icon name="close" />
      </button>
      <ol>
        {guide.steps.map((step, index) => (
          <li key={step} value={index + 1} hidden={index > 0}>
            {step}
          </li>
        ))}
      </ol>
      <button type="button" className="rw-button" id="coach-next">
        Next
      </button>
    </aside>
  );
}

function Composer({ pane, label }: { pane: 'channel' | 'thread'; label: string }) {
  return (
    <form className="rw-composer" data-pane={pane} autoComplete="off">
      <div className="rw-suggestions" id={`${pane}-suggestions`} role="listbox" aria-label="Commands" hidden />
      <textarea
        rows={1}
        aria-label={label}
        placeholder={label}
        {...(pane === 'channel'
          ? {
              role: 'combobox',
              'aria-autocomplete': 'list',
              'aria-expanded': false,
              'aria-controls': `${pane}-suggestions`,
            }
          : {})}
      />
      <button type="submit" className="rw-icon-button" aria-label="Send" title="Send (Enter)">
        <Icon name="send" />
      </button>
    </form>
  );
}
