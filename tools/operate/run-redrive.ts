import { createKafkaClient, createRecordSink, createTopicAdmin } from '@groundswell/kafka';
import type { Database } from '@groundswell/postgres';
import { fields, loadConfig } from '@groundswell/runtime';
import { countWaiting, deadLettersText } from './dead-letters.ts';
import { redrive, type Redrive, type Redriven } from './redrive.ts';

export type RedriveFlags = Omit<Redrive, 'operator'> & {
  readonly by: string;
  readonly yes?: true;
};

/**
 * Shows what would be sent and, told `yes`, sends it.
 * @returns false when not all went
 */
export async function runRedrive(
  database: Database,
  { yes, by, ...flags }: RedriveFlags,
  say: (line: string) => void,
): Promise<boolean> {
  const plan: Redrive = { ...flags, operator: by };
  const waiting = await countWaiting(database, plan);
  say(await deadLettersText(database, plan));
  const wanted = Math.min(waiting, plan.limit);
  if (yes !== true || wanted === 0) {
    const next = wanted === 0 ? '' : ' Repair first, then say it again with --yes.';
    say(
      `${wanted} of ${waiting} that wait would be sent to ${plan.topic}. Nothing was sent.${next}`,
    );
    return true;
  }
  const { kafka: access } = loadConfig({ kafka: fields.kafka }, process.env);
  const kafka = createKafkaClient({ ...access, clientId: 'operate' });
  const sink = createRecordSink(kafka);
  try {
    const parts = { database, sink, admin: createTopicAdmin(kafka) };
    const end = await redrive(parts, plan, (sofar) => say(`${sofar.sent} of ${wanted} sent`));
    say(redrivenText(end));
    return end.stopped === null;
  } finally {
    await sink.stop();
    await kafka.close();
  }
}

const ends = {
  died_again: 'the last lot died again, so nothing more was sent: `dead-letters` says why',
  undecided:
    'the group did not decide the last lot in time, so nothing more was sent: does it run?',
} as const;

function redrivenText({ sent, again, late, waiting, stopped }: Redriven): string {
  const what = `${sent} sent, ${again} dead again, ${late} too late for a window, ${waiting} still wait`;
  return stopped === null ? what : `${what}; ${ends[stopped]}`;
}
