import { createKafkaClient, createRecordSink, createTopicAdmin } from '@groundswell/kafka';
import type { Database } from '@groundswell/postgres';
import { fields, loadConfig } from '@groundswell/runtime';
import { inLane, topics, type TopicName } from '@groundswell/schemas';
import { countWaiting, deadLettersText } from './dead-letters.ts';
import { redrive, type Redrive, type Redriven } from './redrive.ts';

export type RedriveFlags = Omit<Redrive, 'operator' | 'since'> & {
  readonly by: string;
  readonly yes?: true;
};

const HOUR_MS = 3_600_000;

/**
 * Shows what would be sent and, told `yes`, sends it.
 * @returns false when not all went
 */
export async function runRedrive(
  database: Database,
  lane: string,
  { yes, by, ...flags }: RedriveFlags,
  say: (line: string) => void,
): Promise<boolean> {
  const names = Object.keys(topics) as TopicName[];
  const name = names.find((one) => inLane(lane, one) === flags.topic);
  if (name === undefined || topics[name].cleanup !== 'delete') {
    say(`Nothing is sent to ${flags.topic}: ${name === undefined ? NO_TOPIC : COMPACTED}`);
    return false;
  }
  const { retentionMs } = topics[name];
  const plan: Redrive = { ...flags, operator: by, since: new Date(Date.now() - retentionMs) };
  const waiting = await countWaiting(database, plan);
  const old = (await countWaiting(database, flags)) - waiting;
  say(await deadLettersText(database, flags));
  if (old > 0) say(`${old} died before the ${retentionMs / HOUR_MS} h that the topic keeps: left`);
  const wanted = Math.min(waiting, plan.limit);
  if (yes !== true || wanted === 0) {
    const next = wanted === 0 ? '' : ' Repair first, then say it again with --yes.';
    say(
      `${wanted} of ${waiting} that wait would be sent to ${plan.topic}. Nothing was sent.${next}`,
    );
    return true;
  }
  return send(database, plan, wanted, say);
}

async function send(
  database: Database,
  plan: Redrive,
  wanted: number,
  say: (line: string) => void,
): Promise<boolean> {
  const { kafka: access } = loadConfig({ kafka: fields.kafka }, process.env);
  const kafka = createKafkaClient({ ...access, clientId: 'operate' });
  const sink = createRecordSink(kafka);
  const interruption = new AbortController();
  // Process 1 of a pod ends by no signal that it does not hear.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      interruption.abort();
    });
  try {
    const parts = { database, sink, admin: createTopicAdmin(kafka) };
    const end = await redrive(parts, plan, interruption.signal, ({ sent }) => {
      say(`${sent} of ${wanted} sent`);
    });
    say(`${redrivenText(end)}; ${await countWaiting(database, plan)} still wait`);
    if (end.stopped !== null) say(ends[end.stopped]);
    return end.stopped === null;
  } finally {
    await sink.stop();
    await kafka.close();
  }
}

const NO_TOPIC = 'the catalogue has no such topic in this lane.';
const COMPACTED =
  'its newest record of a key replaces the others, so an old one would bring back what was taken back. Its source is asked again, or the tape replayed.';

const ends = {
  died_again:
    'The last lot died again, so nothing more was sent: `dead-letters` says why. --stage, --refused-for and --before leave letters out.',
  undecided:
    'The group did not decide the last lot in time, so nothing more was sent: does it run?',
  interrupted: 'Interrupted after a lot; said again it goes on.',
  taken: 'Another redrive of this group and topic is under way.',
} as const;

function redrivenText({ sent, again, late, unknown }: Redriven): string {
  const without = unknown === 0 ? '' : ` (${unknown} without an id: not known)`;
  return `${sent} sent, ${again} dead again, ${late} late${without}`;
}
