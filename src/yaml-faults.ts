// Why a text is no YAML, in words and with what to do about the mistakes that are made most.

interface Fault {
  code: string;
  message: string;
}

/** Each is shown with its line; the wrong file has one in every line, which tell nothing. */
const MOST_SHOWN = 5;

/** `faults`: those that the parser found in `text`, one at least. */
export function yamlFaults(faults: readonly Fault[], text: string): string {
  const shown = faults.length > MOST_SHOWN ? faults.slice(0, 1) : faults;
  const question = `is it the right file? The first of ${faults.length.toLocaleString('en-US')} mistakes:`;
  return [...(shown.length < faults.length ? [question] : []), ...shown.map((fault) => inWords(fault, text))].join(
    '\n',
  );
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
