export {
  runDerivationService,
  derivationFields,
  type DerivationContext,
} from './run-derivation.ts';
