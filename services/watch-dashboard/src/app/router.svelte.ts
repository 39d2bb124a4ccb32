import { knownAtOf, withKnownAt } from '../lib/past.ts';
import { parseRoute, type Route } from '../lib/routes.ts';

/** Address bar <-> page. Links are ordinary anchors; a plain click on one stays in the page. */
export class Router {
  route = $state.raw<Route>(current());
  /** The moment that is looked from, epoch ms; null = now. Every address of the page keeps it. */
  knownAtMs = $state(knownAtOf(location.search));

  start(): () => void {
    const onPop = () => {
      this.knownAtMs = knownAtOf(location.search);
      this.route = current();
    };
    const onClick = (event: MouseEvent) => {
      const path = pathOfClick(event);
      if (path === null) return;
      event.preventDefault();
      this.go(path);
    };
    addEventListener('popstate', onPop);
    document.addEventListener('click', onClick);
    return () => {
      removeEventListener('popstate', onPop);
      document.removeEventListener('click', onClick);
    };
  }

  go(path: string): void {
    const full = withKnownAt(path, this.knownAtMs);
    if (full !== location.pathname + location.search) history.pushState(null, '', full);
    this.route = current();
    scrollTo(0, 0);
  }

  /** View state that needs no way back: a filter while it is typed. */
  replace(path: string): void {
    history.replaceState(null, '', withKnownAt(path, this.knownAtMs));
    this.route = current();
  }

  /** Look at the same page as known at another moment. */
  lookFrom(knownAtMs: number | null): void {
    this.knownAtMs = knownAtMs;
    this.go(location.pathname + location.search);
  }
}

function current(): Route {
  return parseRoute(location.pathname, location.search);
}

function pathOfClick(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const anchor = event.target instanceof Element ? event.target.closest('a') : null;
  if (anchor?.target !== '' || anchor.origin !== location.origin) return null;
  if (anchor.hasAttribute('download') || anchor.hash !== '') return null;
  return anchor.pathname + anchor.search;
}
