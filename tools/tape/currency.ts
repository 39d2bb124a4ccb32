/** ISO 4217 for "no currency": of amounts and instruments that name none. */
export const NO_CURRENCY = 'XXX';
