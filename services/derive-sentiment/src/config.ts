import { derivationFields } from '@groundswell/worker';

export const config = derivationFields(9107);
