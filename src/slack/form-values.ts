// What was typed and chosen in a form, read out of the state that Slack sends with it.
import { z } from 'zod';

/** By block id; several choices as a list. */
export type Values = Record<string, string | string[]>;

/** Block id → action id → what the element holds. */
type SlackState = Record<string, Record<string, unknown>>;

/** The one text of a form's input; '' when it is missing. */
export function textOf(values: Values, id: string): string {
  const value = values[id];
  return typeof value === 'string' ? value.trim() : '';
}

const Chosen = z.looseObject({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
});

/** Reads a form's state: block id → what its one element holds. */
export function valuesOf(state: SlackState): Values {
  const entries = Object.entries(state).map(([blockId, elements]): [string, string | string[]] => {
    const held = Chosen.safeParse(Object.values(elements)[0]).data;
    if (held?.selected_options) return [blockId, held.selected_options.map(({ value }) => value)];
    return [blockId, held?.selected_option?.value ?? held?.value?.trim() ?? ''];
  });
  return Object.fromEntries(entries);
}

/** Slack takes spaces for a text; on record they would say nothing. */
export function blankFields(state: SlackState): Record<string, string> {
  const isBlank = (element: unknown) => Chosen.safeParse(element).data?.value?.trim() === '';
  const blank = Object.entries(state).filter(([, elements]) => Object.values(elements).some(isBlank));
  return Object.fromEntries(blank.map(([blockId]) => [blockId, 'Say it in words: this is kept on record.']));
}
