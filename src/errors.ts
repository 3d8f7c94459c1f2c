// The one kind of error whose text is meant for a person. Everything else that is thrown is a bug.

/** Something the reader can mend. `message` is shown as it is: what is wrong, with the value, and what to do. */
export class UserError extends Error {
  override name = 'UserError';
}
