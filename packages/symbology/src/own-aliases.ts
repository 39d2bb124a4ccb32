import type { AliasRow, NameRule } from './alias.ts';

/**
 * What the list of the register lacks (S52): exchange-traded funds, what people say instead of the registered name, renamed and delisted
 * tickers, and coins. A symbol named here hides the list's meaning of it.
 */
const FUNDS =
  'VOO VTI IWM TLT ARKK XLF XLE XLK XLV XLU XLI SMH SOXX SOXL SOXS SQQQ TQQQ EEM HYG LQD JEPI SCHD VT VXUS BND AGG IVV KRE XBI GDX ' +
  'RSP VIG VYM QQQM SPXL SPXS TNA TZA BITO UPRO SPXU';

/** Coins; BTC, ETH, SOL and LINK are listed securities too, and mean the coin by default (S52). */
const COINS =
  'BTC ETH SOL LINK DOGE XRP ADA AVAX DOT SHIB PEPE BNB XLM ALGO HBAR FIL AAVE MKR NEAR ARB TON INJ';

/** Coins whose ticker means the listed company unless `.X` says otherwise. */
const COINS_BY_SUFFIX = 'LTC BCH UNI ATOM APT OP SUI TRX';

const COIN_TICKERS: Readonly<Record<string, string>> = {
  XBT: 'BTC',
  XDG: 'DOGE',
  BTCUSD: 'BTC',
  ETHUSD: 'ETH',
  SOLUSD: 'SOL',
};

const COIN_NAMES: Readonly<Record<string, string>> = {
  bitcoin: 'BTC',
  bitcoins: 'BTC',
  ethereum: 'ETH',
  solana: 'SOL',
  dogecoin: 'DOGE',
  chainlink: 'LINK',
  cardano: 'ADA',
  litecoin: 'LTC',
  'shiba inu': 'SHIB',
};

/** Names that are nothing else: any case, no finance cue needed. */
const DISTINCTIVE = `
  GOOGL google | AAPL apple inc | MSFT microsoft | NVDA nvidia | TSLA tesla | META facebook | META meta platforms | AMZN amazon com
  NFLX netflix | AMD advanced micro devices | AVGO broadcom | QCOM qualcomm | TSM tsmc | TSM taiwan semiconductor | BABA alibaba
  BIDU baidu | TCEHY tencent | GME gamestop | PLTR palantir | COIN coinbase | MSTR microstrategy | ABNB airbnb | SPOT spotify
  PYPL paypal | SHOP shopify | CRM salesforce | CSCO cisco | ADBE adobe | WMT walmart | COST costco | HD home depot | MCD mcdonalds
  MCD mcdonald | SBUX starbucks | KO coca cola | PEP pepsico | PFE pfizer | MRNA moderna | BA boeing | XOM exxon | XOM exxon mobil
  XOM exxonmobil | CVX chevron | VZ verizon | T at&t | TMUS t mobile | DIS disney | DIS walt disney | NKE nike inc | LMT lockheed
  LMT lockheed martin | RTX raytheon | BAC bank of america | WFC wells fargo | MS morgan stanley | GS goldman sachs | JPM jpmorgan
  JPM jp morgan | JPM jpmorgan chase | C citigroup | BLK blackrock | BRK-B berkshire hathaway | RIVN rivian | TM toyota | GM general motors
  HOOD robinhood | SNAP snapchat | JNJ johnson johnson | PG procter gamble | LLY eli lilly | NVO novo nordisk | UNH unitedhealth
  SMCI super micro computer | SMCI supermicro | BBY best buy inc | CMG chipotle | LULU lululemon | MA mastercard | AXP american express`;

/** Short names that are words or persons too: a capital, or a capital and a finance cue. */
const CAPITALS = 'AMZN amazon | UBER uber | NKE nike | BRK-B berkshire | GS goldman';
const CUES =
  'F ford | C citi | META meta | XYZ square | GM gm | GE ge | INTC intel | DELL dell | SONY sony | ZM zoom';

const us = (ticker: string): string => `equity:US:${ticker}`;
const coin = (symbol: string): string => `crypto:${symbol}-USD`;
const at = (date: string): number => Date.parse(date) * 1000;

function row(
  namespace: AliasRow['namespace'],
  symbol: string,
  instrumentId: string,
  validity: { readonly from?: string; readonly to?: string; readonly rule?: NameRule } = {},
): AliasRow {
  const { from, to, rule } = validity;
  return {
    namespace,
    symbol,
    instrumentId,
    validFromUs: from === undefined ? -Infinity : at(from),
    validToUs: to === undefined ? Infinity : at(to),
    ...(rule === undefined ? {} : { rule }),
  };
}

const words = (text: string): string[] => text.trim().split(/\s+/);

function names(text: string, rule: NameRule): AliasRow[] {
  // An entry ends at a bar or a line break.
  return text
    .split(/[|\n]/)
    .map((entry) => words(entry))
    .filter(([ticker]) => ticker !== undefined && ticker !== '')
    .map(([ticker = '', ...name]) => row('name', name.join(' '), us(ticker), { rule }));
}

/** Tickers that changed hands; times are the first day of the new meaning. */
const RENAMED: readonly AliasRow[] = [
  row('cashtag', 'FB', us('META'), { to: '2022-06-09' }),
  // Before, META was a fund of another company.
  row('cashtag', 'META', us('META'), { from: '2022-06-09' }),
  row('cashtag', 'SQ', us('XYZ'), { to: '2025-01-21' }),
  row('cashtag', 'XYZ', us('XYZ'), { from: '2025-01-21' }),
  row('cashtag', 'ANTM', us('ELV'), { to: '2022-06-28' }),
  row('cashtag', 'ELV', us('ELV'), { from: '2022-06-28' }),
  row('cashtag', 'TWTR', us('TWTR'), { to: '2022-10-28' }),
  row('name', 'twitter', us('TWTR'), { to: '2022-10-28', rule: 'any-case' }),
  row('cashtag', 'ATVI', us('ATVI'), { to: '2023-10-13' }),
  row('cashtag', 'BBBY', us('BBBY'), { to: '2023-05-03' }),
  row('cashtag', 'SIVB', us('SIVB'), { to: '2023-03-28' }),
  row('name', 'credit suisse', us('CS'), { to: '2023-06-13', rule: 'any-case' }),
  row('cashtag', 'CS', us('CS'), { to: '2023-06-13' }),
  row('cashtag', 'FRC', us('FRC'), { to: '2023-05-02' }),
];

/** When a company took a name that means something else otherwise. */
const NAMED_FROM: Readonly<Record<string, string>> = {
  meta: '2021-10-28',
  'meta platforms': '2021-10-28',
};

export const ownAliases: readonly AliasRow[] = [
  ...words(FUNDS).map((ticker) => row('cashtag', ticker, us(ticker))),
  ...words(COINS).map((symbol) => row('cashtag', symbol, coin(symbol))),
  ...words(`${COINS} ${COINS_BY_SUFFIX}`).map((symbol) =>
    row('cashtag', `${symbol}.X`, coin(symbol)),
  ),
  ...Object.entries(COIN_TICKERS).map(([ticker, symbol]) => row('cashtag', ticker, coin(symbol))),
  ...Object.entries(COIN_NAMES).map(([name, symbol]) =>
    row('name', name, coin(symbol), { rule: 'any-case' }),
  ),
  ...RENAMED,
  ...[
    ...names(DISTINCTIVE, 'any-case'),
    ...names(CAPITALS, 'capital'),
    ...names(CUES, 'capital-and-cue'),
  ].map((alias) => {
    const from = NAMED_FROM[alias.symbol];
    return from === undefined ? alias : { ...alias, validFromUs: at(from) };
  }),
];

/** Symbols of the synthetic world. Not part of the built-in book: on a live source `$VOLT` is something else. */
export const worldAliases: readonly AliasRow[] = words(
  'TIDE MOSS NRTH CINDR HELX GLCR VOLT KESTR BTC ETH SOL DOGE',
).map((symbol) => row('cashtag', symbol, coin(symbol)));
