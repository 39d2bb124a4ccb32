import type { TopicLooks } from '@groundswell/kafka';
import type { Metrics } from '@groundswell/runtime';

/** Whether topics can be used, in the eyes of a client. How busy a broker is, its JMX agent tells, where it has one. */
export function createKafkaFigures(metrics: Metrics): (looks: TopicLooks) => void {
  const topicUp = metrics.gauge({
    name: 'kafka_topic_up',
    help: '1 while a topic is there and every partition of it has a leader.',
    labels: ['topic'],
  });
  const underReplicated = metrics.gauge({
    name: 'kafka_underreplicated_partitions',
    help: 'Partitions with fewer replicas in sync than they have replicas. Not said of a topic that is not up.',
    labels: ['topic'],
  });
  return (looks) => {
    underReplicated.reset();
    for (const [topic, { isUp, underReplicated: behind }] of looks) {
      topicUp.set(isUp ? 1 : 0, { topic });
      if (behind !== null) underReplicated.set(behind, { topic });
    }
  };
}
