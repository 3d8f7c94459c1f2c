// What the composer knows of the app: its slash commands and message shortcuts, as manifest.yml declares them.
import { parse } from 'yaml';

interface SlashCommandHelp {
  /** "/blcheck" */
  command: string;
  description: string;
  /** "<ip|domain|cidr> [list]" */
  usage: string;
}

export interface MessageShortcut {
  name: string;
  callbackId: string;
}

export interface AppSurface {
  commands: SlashCommandHelp[];
  shortcuts: MessageShortcut[];
}

interface Manifest {
  features?: {
    slash_commands?: { command?: string; description?: string; usage_hint?: string }[];
    shortcuts?: { name?: string; type?: string; callback_id?: string }[];
  };
}

/** Reads the slash commands and message shortcuts out of a Slack app manifest (YAML). */
export function surfaceOfManifest(yaml: string): AppSurface {
  const { features = {} } = (parse(yaml) ?? {}) as Manifest;
  const commands = (features.slash_commands ?? []).map((entry) => ({
    command: entry.command ?? '',
    description: entry.description ?? '',
    usage: entry.usage_hint ?? '',
  }));
  const shortcuts = (features.shortcuts ?? [])
    .filter((entry) => entry.type === 'message')
    .map((entry) => ({ name: entry.name ?? '', callbackId: entry.callback_id ?? '' }));
  return { commands, shortcuts };
}
