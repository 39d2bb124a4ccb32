/** Binary min-heap; equal keys leave in the order they came. */
export interface Heap<T> {
  push(key: number, item: T): void;
  /** Smallest key, or Infinity when empty. */
  peekKey(): number;
  pop(): T | undefined;
  readonly length: number;
  items(): readonly T[];
}

interface Node<T> {
  readonly key: number;
  readonly order: number;
  readonly item: T;
}

export function createHeap<T>(): Heap<T> {
  const nodes: Node<T>[] = [];
  let order = 0;
  const before = (a: Node<T>, b: Node<T>): boolean =>
    a.key < b.key || (a.key === b.key && a.order < b.order);

  function swap(i: number, j: number): void {
    const a = nodes[i];
    const b = nodes[j];
    if (a === undefined || b === undefined) return;
    nodes[i] = b;
    nodes[j] = a;
  }
  function less(i: number, j: number): boolean {
    const a = nodes[i];
    const b = nodes[j];
    return a !== undefined && b !== undefined && before(a, b);
  }
  return {
    push(key, item) {
      order += 1;
      nodes.push({ key, order, item });
      let child = nodes.length - 1;
      while (child > 0) {
        const parent = (child - 1) >> 1;
        if (!less(child, parent)) return;
        swap(child, parent);
        child = parent;
      }
    },
    peekKey: () => nodes[0]?.key ?? Infinity,
    pop() {
      const top = nodes[0];
      if (top === undefined) return undefined;
      swap(0, nodes.length - 1);
      nodes.pop();
      let parent = 0;
      for (;;) {
        const left = 2 * parent + 1;
        const child = less(left + 1, left) ? left + 1 : left;
        if (!less(child, parent)) return top.item;
        swap(parent, child);
        parent = child;
      }
    },
    get length() {
      return nodes.length;
    },
    items: () => nodes.map((node) => node.item),
  };
}
