import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { createBarSeries, saleConditionFlags, type BarEmission } from '../src/index.ts';
import { aConfig } from './builders.ts';

// From the source and from dist alike: the folder that holds the repository has a sibling `shared`.
const data = [4, 5]
  .map((up) => fileURLToPath(new URL(`${'../'.repeat(up)}shared/data/lean/`, import.meta.url)))
  .find((folder) => existsSync(folder));
const title = 'the AIG tape of 7 October 2013';

function rows(text: string): string[][] {
  const lines = text.trim().split('\n').slice(1);
  return lines.map((line) => line.split(','));
}

function minuteBars(folder: string): Map<number, string> {
  const zipped = readFileSync(`${folder}aig_20131007_trade_ticks.csv.gz`);
  const series = createBarSeries(aConfig({ sizesMs: [60_000] }));
  const bars = new Map<number, string>();
  for (const [index, row] of rows(gunzipSync(zipped).toString()).entries()) {
    const [ms = '', decicents = '', size = '', , conditionHex = ''] = row;
    const localMsOfDay = Number(ms);
    const flags = saleConditionFlags('algoseek-us-equity-v1', { conditionHex, localMsOfDay });
    if (flags === null) throw new Error(`row ${index}`);
    series.apply({
      kind: 'trade',
      id: `aig:${index}`,
      tsMs: localMsOfDay,
      tsUs: localMsOfDay * 1000,
      seq: index,
      priceE18: BigInt(decicents) * 10n ** 14n,
      sizeE18: BigInt(size) * 10n ** 18n,
      ...flags,
    });
  }
  series.advance({ partitionClockMs: 0, idle: true });
  for (const bar of series.takeEmissions()) bars.set(bar.windowStartMs, vendorText(bar));
  return bars;
}

function vendorText({ values }: BarEmission): string {
  const { openE18, highE18, lowE18, closeE18, volumeE18 } = values;
  const prices = [openE18, highE18, lowE18, closeE18].map((value) => (value ?? 0n) / 10n ** 14n);
  return [...prices, volumeE18 / 10n ** 18n].join(',');
}

if (data === undefined) {
  describe(`${title} (skipped: ../shared/data/lean is not there)`, () => {
    it('gives the vendor bars');
  });
} else {
  describe(title, () => {
    it('gives the vendor bars in open, high, low, close and volume in 426 of 433 minutes', () => {
      const bars = minuteBars(data);
      const vendor = rows(readFileSync(`${data}aig_20131007_minute_bars.csv`, 'utf8'));
      const equal = vendor.filter(([ms, ...rest]) => bars.get(Number(ms)) === rest.join(','));
      expect(vendor).to.have.length(433);
      expect(equal).to.have.length(426);
    }).timeout(10_000);
  });
}
