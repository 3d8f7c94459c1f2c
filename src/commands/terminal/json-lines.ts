// Lines of JSON on stdout, as they come but not one by one: millions of small writes would take longer than the questions.

const FULL = 65_536;

interface JsonLines {
  write(value: unknown): void;
  /** Writes what is left; resolves once the reader has taken it. */
  end(): Promise<void>;
}

export function jsonLines(out: NodeJS.WritableStream = process.stdout): JsonLines {
  let text = '';
  let isDue = false;
  const flush = () => {
    isDue = false;
    const full = text;
    text = '';
    return full === '' || out.write(full);
  };
  return {
    write(value) {
      text += `${JSON.stringify(value)}\n`;
      if (text.length > FULL) flush();
      else if (!isDue) {
        isDue = true;
        setImmediate(flush);
      }
    },
    async end() {
      if (!flush()) await new Promise((drained) => out.once('drain', drained));
    },
  };
}
