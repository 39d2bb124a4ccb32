/* eslint-disable no-undef, @typescript-eslint/no-unsafe-assignment -- a browser script that is served as it is */
// Before the first paint, so that the page never flashes in the wrong theme. No inline script: the policy forbids it.
(() => {
  /** @type {{ theme?: string, updown?: string }} */
  let stored = {};
  try {
    stored = /** @type {typeof stored} */ (
      JSON.parse(localStorage.getItem('groundswell.preferences') ?? '{}')
    );
  } catch {
    // Storage may be off or hold something else: the defaults below are right then.
  }
  const dark = !matchMedia('(prefers-color-scheme: light)').matches;
  document.documentElement.dataset['theme'] = stored.theme ?? (dark ? 'dark' : 'light');
  document.documentElement.dataset['updown'] = stored.updown ?? 'green';
})();
