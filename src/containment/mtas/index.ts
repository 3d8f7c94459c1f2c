// The mail servers that can contain for us. One line each.
import { createPostfixMta } from './postfix/index.js';

export const mtas = {
  postfix: createPostfixMta,
} as const;
