// The customer id of mail that belongs to nobody. It is here because attribution (partners/) and containment/, which do not import each
// other, both use it.

/** Customer id of mail that no rule gives to anybody. Never dropped: it is watched like a customer. */
export const UNATTRIBUTED = 'unattributed';
