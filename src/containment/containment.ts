// Containments: what we do to mail, and which of them decides a request. Pure.

export const CONTAINMENT_ACTIONS = ['block-sender', 'suspend-outbound', 'reroute'] as const;
export type ContainmentAction = (typeof CONTAINMENT_ACTIONS)[number];

/** One containment in force. */
export interface Containment {
  id: number;
  incidentId: number;
  action: ContainmentAction;
  customer: string;
  /** block-sender: the envelope senders and SASL logins that are refused (lower case). Empty otherwise. */
  senders: string[];
  logins: string[];
  /** reroute: name of the route in config.yml. */
  route?: string;
  placedAt: number;
}
