// The forms: one shape for all of them, so that each feature only names its own inputs.
import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import { z } from 'zod';
import { plainText } from './blocks.js';

/** What a form carries from the button to its submission. */
export const FormState = z.object({
  incident: z.number().int().positive(),
  rev: z.number().int().nonnegative(),
  /** What within the incident the form is about; see Press. */
  arg: z.string().optional(),
  /** Where the button was, for the private answer. */
  channel: z.string().optional(),
});
export type FormState = z.infer<typeof FormState>;

interface Form {
  /** Callback id: the feature's own name. */
  id: string;
  title: string;
  submit: string;
  state: FormState;
  blocks: (KnownBlock | InputBlock)[];
}

export function form({ id, title, submit, state, blocks }: Form): ModalView {
  return {
    type: 'modal',
    callback_id: id,
    title: plainText(title, 24),
    submit: plainText(submit, 24),
    close: plainText('Cancel', 24),
    private_metadata: JSON.stringify(state),
    blocks,
  };
}
