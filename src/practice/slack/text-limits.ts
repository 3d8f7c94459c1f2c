// Slack's limits on text objects and plain strings, and how a broken limit is reported.
import { isJson, str } from './json.js';

/** Takes a JSON pointer and what is wrong there. */
export type Fault = (pointer: string, message: string) => void;

export function lengthFault(value: unknown, at: string, max: number, fault: Fault): void {
  if (typeof value === 'string' && value.length > max) fault(at, `must be less than ${max + 1} characters`);
}

interface TextRule {
  max: number;
  /** Only plain_text is taken. */
  plain?: boolean;
  required?: boolean;
}

/** Reports what is wrong with a text object. */
export function textFault(value: unknown, at: string, rule: TextRule, fault: Fault): void {
  if (value === undefined || value === null) {
    if (rule.required) fault(at, 'missing required field');
    return;
  }
  if (!isJson(value)) {
    fault(at, 'must be a text object');
    return;
  }
  if (value.type !== 'plain_text' && (rule.plain || value.type !== 'mrkdwn')) {
    fault(`${at}/type`, `unsupported type: ${str(value.type) || '(none)'}`);
    return;
  }
  if (typeof value.text !== 'string' || value.text.length === 0) fault(`${at}/text`, 'must be more than 0 characters');
  lengthFault(value.text, `${at}/text`, rule.max, fault);
}
