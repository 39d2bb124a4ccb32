export {
  openConnectorParts,
  type ConnectorContext,
  type ConnectorParts,
} from './connector-parts.ts';
export {
  runDerivationService,
  derivationFields,
  type DerivationContext,
} from './run-derivation.ts';
