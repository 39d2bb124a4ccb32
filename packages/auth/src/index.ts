export {
  TokenServiceUnavailableError,
  UnauthenticatedError,
  type RefusalReason,
} from './errors.ts';
export {
  canReadInvestor,
  investorAccess,
  scopes,
  type InvestorAccess,
  type Principal,
  type Scope,
} from './principal.ts';
export {
  createTokenSigner,
  generateSigningKeyPem,
  type TokenGrant,
  type TokenSigner,
} from './signer.ts';
export { createTokenVerifier, type TokenVerifier, type TokenVerifierOptions } from './verifier.ts';
