import type { TopicPartition } from '@groundswell/stream';
import type { PartitionsByTopic } from './co-locating-assigner.ts';
import { Slot } from './slot.ts';

/** The partitions of the present generation. A new assignment retires every slot of the one before. */
export class SlotTable {
  #slots = new Map<string, Map<number, Slot>>();

  assign(assignment: PartitionsByTopic): void {
    this.retireAll();
    this.#slots = new Map(
      Object.entries(assignment).map(([topic, partitions]) => [
        topic,
        new Map(partitions.map((partition) => [partition, new Slot(topic, partition)])),
      ]),
    );
  }

  find({ topic, partition }: TopicPartition): Slot | undefined {
    return this.#slots.get(topic)?.get(partition);
  }

  all(): readonly Slot[] {
    return [...this.#slots.values()].flatMap((partitions) => [...partitions.values()]);
  }

  retireAll(): void {
    for (const slot of this.all()) slot.retire();
    this.#slots = new Map();
  }
}
