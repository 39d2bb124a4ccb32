import { postLabels } from '../tape/index.ts';
import type { Agreement } from './agreement.ts';
import type { Comparison } from './difference.ts';
import { isEqual, type ReplayReport, type Verdicts } from './report.ts';

/** The report for a person: one fact a line, the verdict last. */
export function reportText(report: ReplayReport): string {
  const { published, publishSeconds, totalSeconds, conservation, vendor } = report;
  const total = Object.values(published).reduce((sum, n) => sum + n, 0);
  const partitions = conservation.holds + conservation.broken.length;
  const lines: readonly Line[] = [
    ['tape', report.tape],
    ['lane', report.lane],
    [
      'published',
      `${total} records in ${seconds(publishSeconds)} (${rate(total, publishSeconds)})`,
    ],
    ['settled after', `${seconds(totalSeconds)} (${rate(total, totalSeconds)})`],
    ['conservation', `holds in ${conservation.holds} of ${partitions} (task, topic, partition)`],
    ...Object.entries(report.verdicts).map(
      ([topic, verdicts]) => [topic, verdictText(verdicts)] as const,
    ),
    ['dead letters', countsText(report.deadLetters)],
    ['counts', comparisonText(report.counts)],
    ['revisions', comparisonText(report.revisions)],
    ['bars', comparisonText(report.bars)],
    ['late pairs', comparisonText(report.late)],
    ['ledger fields', comparisonText(report.ledgers)],
    ['mood fields', comparisonText(report.moods)],
    ['late mentions', comparisonText(report.lateMentions)],
    ...agreementLines(report.agreements),
    ...report.investors.map((line) => [line.investor, investorText(line)] as const),
    ...(report.serviceDeaths > 0
      ? [['services', `died ${report.serviceDeaths} times and were started again`] as const]
      : []),
    ...(vendor === null
      ? []
      : ([
          [
            'vendor bars',
            [
              `${vendor.equal} of ${vendor.equal + vendor.different} minutes equal in open, high, low, close and volume`,
              ...vendor.examples,
            ].join(INDENT),
          ],
        ] as const)),
    ['result', isEqual(report) ? 'equal to the oracle' : 'DIFFERENT from the oracle'],
  ];
  return textOf(lines);
}

export function agreementsText(agreements: readonly Agreement[]): string {
  if (agreements.length === 0) return 'no event of the tape has a label\n';
  return textOf(agreementLines(agreements));
}

type Line = readonly [name: string, text: string];

function agreementLines(agreements: readonly Agreement[]): readonly Line[] {
  return agreements.map((one) => [`labels, ${one.scorer}`, agreementText(one)]);
}

function textOf(lines: readonly Line[]): string {
  return lines.map(([name, text]) => `${name.padEnd(NAME_WIDTH)} ${text}\n`).join('');
}

const NAME_WIDTH = 26;
const INDENT = `\n${' '.repeat(NAME_WIDTH + 1)}`;

function comparisonText({ equal, different, examples }: Comparison): string {
  return [`${equal} equal, ${different} different`, ...examples].join(INDENT);
}

function agreementText({ n, accuracy, macroF1, classes, confusion }: Agreement): string {
  const per = postLabels.map((label) => {
    const { n: own, precision, recall } = classes[label];
    const said = postLabels.map((other) => `${confusion[label][other]} ${other}`).join(', ');
    const rates = `precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`;
    return `${label}: ${own}, ${rates}; said ${said}`;
  });
  const head = `${n} texts, accuracy ${estimateText(accuracy)}, macro-F1 ${estimateText(macroF1)}`;
  return [head, ...per].join(INDENT);
}

function estimateText({ value, low, high }: Agreement['accuracy']): string {
  return `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

function verdictText(verdicts: Verdicts): string {
  return countsText(verdicts as unknown as Readonly<Record<string, number>>);
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.length === 0 ? 'none' : some.map(([name, count]) => `${count} ${name}`).join(', ');
}

function investorText(line: ReplayReport['investors'][number]): string {
  const { realisedPnl, unrealisedPnl, unpriced, quarantined, disposition, saleDays } = line;
  return [
    `realised ${realisedPnl}, unrealised ${unrealisedPnl}`,
    ...(disposition === null
      ? []
      : [`disposition ${disposition.toFixed(2)} of ${saleDays} sale days`]),
    ...(unpriced.length > 0 ? [`unpriced ${unpriced.join(' ')}`] : []),
    ...(quarantined.length > 0 ? [`quarantined ${quarantined.join(' ')}`] : []),
  ].join(', ');
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

function rate(count: number, inSeconds: number): string {
  return `${Math.round(count / Math.max(inSeconds, 0.001))} events/s`;
}
