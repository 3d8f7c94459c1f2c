// Why a text is no YAML, in words and with what to do about the mistakes that are made most.

interface Fault {
  code: string;
  message: string;
}

/** Each is shown with its line; the wrong file has one in every line. */
const MOST_SHOWN = 5;

/** `faults`: those that the parser found in `text`, one at least. */
export function yamlFaults(faults: readonly Fault[], text: string): string {
  const more = faults.length - MOST_SHOWN;
  return [
    ...faults.slice(0, MOST_SHOWN).map((fault) => inWords(fault, text)),
    ...(more > 0 ? [`… and ${more.toLocaleString('en-US')} more. Is it the right file?`] : []),
  ].join('\n');
}

function inWords({ code, message }: Fault, text: string): string {
  const hint =
    HINTS[code] ?? (/[:,{[]\s+#[a-z]/i.test(text) ? 'A # begins a comment: put quotes around "#abuse-desk".' : '');
  return [message.trimEnd(), ...(hint === '' ? [] : [hint])].join('\n');
}

const HINTS: Record<string, string> = {
  TAB_AS_INDENT: 'Put blanks in place of the tabs.',
  DUPLICATE_KEY: 'The key stands there twice: put what belongs to it in one place.',
};
