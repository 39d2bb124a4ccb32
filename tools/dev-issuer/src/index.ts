export {
  createDevIssuer,
  type DevIssuer,
  type DevIssuerOptions,
  type IssuedToken,
} from './issuer.ts';
export { investorKeyOf, personas, type Persona } from './personas.ts';
