// Names the tests that passed only when they were tried again (`--retry`), at the end of a run: they wait to be mended.
import type { Reporter, TestCase } from 'vitest/node';

export default class SecondTry implements Reporter {
  private readonly retried: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.ok() && test.diagnostic()?.retryCount)
      this.retried.push(`${test.module.relativeModuleId} > ${test.fullName}`);
  }

  onTestRunEnd(): void {
    if (this.retried.length > 0) process.stdout.write(`\nPassed at the second try:\n  ${this.retried.join('\n  ')}\n`);
  }
}
