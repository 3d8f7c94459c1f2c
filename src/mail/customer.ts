// Whose mail it is when nobody can tell. Known here because both who attributes and who contains must mean the same by it.

/** Customer id of mail that no rule gives to anybody. Never dropped: it is watched like a customer. */
export const UNATTRIBUTED = 'unattributed';
