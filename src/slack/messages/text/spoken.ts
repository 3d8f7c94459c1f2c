// A message's text as it is read out and shown in a notification: plain words. What only the eye needs stays in the blocks.

/** Every emoji this house writes. By name, not by shape: `2001:db8:85a3::1` holds no emoji. */
export const EMOJI = [
  ...['alarm_clock', 'arrow_backward', 'bulb', 'bust_in_silhouette', 'busts_in_silhouette', 'detective', 'email'],
  ...['eyes', 'floppy_disk', 'grey_question', 'hatching_chick', 'heavy_plus_sign', 'hourglass'],
  ...['hourglass_flowing_sand', 'inbox_tray', 'information_source', 'label', 'large_green_circle'],
  ...['large_orange_circle', 'large_yellow_circle', 'leftwards_arrow_with_hook', 'link', 'lock', 'loud_sound', 'mag'],
  ...['mailbox', 'mailbox_with_mail', 'memo', 'mute', 'newspaper', 'no_entry', 'no_entry_sign', 'octagonal_sign'],
  ...['outbox_tray', 'point_right', 'raised_hand', 'red_circle', 'repeat', 'rotating_light', 'satellite_antenna'],
  ...['shield', 'tada', 'twisted_rightwards_arrows', 'unlock', 'warning', 'white_check_mark', 'white_circle'],
  ...['white_large_square', 'x'],
] as const;

const OURS = new RegExp(`:(?:${EMOJI.join('|')}):[ \\t]*`, 'g');
/** `*bold*` and `_slanted_` stand between spaces or punctuation; `a_b_c@acme.example` does not. */
const BOLD = /(?<![^\s(“‘"·:])\*([^*\n]+)\*(?![^\s.,:;!?)”’"…])/g;
const SLANTED = /(?<![^\s(“‘"·:])_([^_\n]+)_(?![^\s.,:;!?)”’"…])/g;

/** The words of mrkdwn, without emoji names and marks. Dates, channels and links stay: Slack reads those in a text, too. */
export function spoken(mrkdwn: string): string {
  const words = withoutEmoji(mrkdwn)
    .replace(/[▰▱]+[ \t]*/g, '')
    .replaceAll('`', '')
    .replace(BOLD, '$1')
    .replace(SLANTED, '$1')
    .replace(/^> /gm, '');
  return withoutEmoji(words).trim();
}

/** Taking one name away may leave another: an outsider wrote `::x:x:`. */
function withoutEmoji(text: string): string {
  let [before, after] = ['', text];
  while (after !== before) [before, after] = [after, after.replace(OURS, '')];
  return after;
}
