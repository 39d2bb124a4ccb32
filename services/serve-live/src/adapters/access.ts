import { investorAccess, type Principal } from '@groundswell/auth';
import type { ChannelName } from '../core/channel-name.ts';

/** `audited`: allowed by a role whose private reads are written down. */
export type Access = 'allowed' | 'audited' | 'refused';

/** May this caller read this channel? A private one by the own claim only, or by ops and admin, audited (S23). */
export function accessTo(channel: ChannelName, principal: Principal): Access {
  if (channel.kind !== 'investor') {
    return principal.scopes.has('features:read') ? 'allowed' : 'refused';
  }
  const access = investorAccess(principal, channel.investorKey);
  return access === 'own' ? 'allowed' : access;
}
