import { boardPath, investorPath, operationsPath, symbolPath } from '../lib/routes.ts';
import { createKeyReader, type Action } from '../lib/keys.ts';
import type { App } from './app.svelte.ts';

/** Pages take the actions that they know by this event; `detail` is the action. */
export const ACTION = 'groundswell:action';

/** Keyboard -> actions. Returns the end of it. */
export function createActions(app: App): () => void {
  const read = createKeyReader();
  const onKey = (event: KeyboardEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    const action = read(
      {
        key: event.key,
        ctrlOrMeta: event.ctrlKey || event.metaKey,
        alt: event.altKey,
        isTyping: target?.matches('input:not([type=checkbox]), textarea, select') ?? false,
        isOnControl: target?.closest('button, a, input, select, summary') !== null,
        timeMs: event.timeStamp,
      },
      app.preferences.letterKeys,
    );
    if (action === null) return;
    if (app.layer !== 'none') {
      if (action === 'close') app.layer = 'none';
      return;
    }
    if (perform(app, action)) event.preventDefault();
  };
  document.addEventListener('keydown', onKey);
  return () => {
    document.removeEventListener('keydown', onKey);
  };
}

/** Returns whether the key was used. */
function perform(app: App, action: Action): boolean {
  const { router, watchList } = app;
  switch (action) {
    case 'help':
      app.layer = 'keys';
      return true;
    case 'palette':
      app.layer = 'palette';
      return true;
    case 'freeze':
      app.freeze(!app.isFrozen);
      return true;
    case 'go-board':
      router.go(boardPath);
      return true;
    case 'go-symbol':
      router.go(symbolPath(watchList.quotes[0]?.instrument.id ?? 'crypto:BTC-USD'));
      return true;
    case 'go-investor':
      router.go(investorPath('me'));
      return true;
    case 'go-operations':
      router.go(operationsPath);
      return true;
    case 'past':
      app.layer = 'past';
      return true;
    case 'filter':
    case 'down':
    case 'up':
    case 'open':
    case 'explain':
    case 'finer':
    case 'coarser':
    case 'table':
    case 'weighting':
    case 'close':
      // dispatchEvent is false when a page took the action (it prevents the default).
      return !document.dispatchEvent(new CustomEvent(ACTION, { detail: action, cancelable: true }));
  }
}

/** A page's own keys: return true for an action that was used. */
export function onAction(handle: (action: Action) => boolean): () => void {
  const listen = (event: Event) => {
    if (event instanceof CustomEvent && handle(event.detail as Action)) event.preventDefault();
  };
  document.addEventListener(ACTION, listen);
  return () => {
    document.removeEventListener(ACTION, listen);
  };
}
