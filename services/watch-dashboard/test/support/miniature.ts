import type { Page } from 'playwright-core';

/** Cells of a miniature: so coarse that the edges of letters do not count, so fine that a missing column does. */
const SIZE = { width: 144, height: 90 };
/** Difference of one channel, of 255, from which a cell counts as another one. */
const CELL_DIFFERS = 32;

/** A picture of the page, scaled down to a few kilobytes of PNG. */
export async function miniature(page: Page): Promise<Buffer> {
  const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  const url = await onBlankPage(page, async (blank) =>
    blank.evaluate(
      async ([source, { width, height }]) => {
        const image = new Image();
        image.src = source;
        await image.decode();
        const canvas = document.createElement('canvas');
        Object.assign(canvas, { width, height });
        const context = canvas.getContext('2d');
        if (context === null) throw new TypeError('no canvas');
        context.imageSmoothingQuality = 'high';
        context.drawImage(image, 0, 0, width, height);
        return canvas.toDataURL('image/png');
      },
      [dataUrl(picture), SIZE] as const,
    ),
  );
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}

/** Share of the cells in which two miniatures differ, 0 to 1. */
export async function differenceOf(page: Page, one: Buffer, other: Buffer): Promise<number> {
  return onBlankPage(page, (blank) =>
    blank.evaluate(
      async ([urls, threshold]) => {
        const pixels = await Promise.all(
          urls.map(async (url) => {
            const image = new Image();
            image.src = url;
            await image.decode();
            const canvas = new OffscreenCanvas(image.width, image.height);
            const context = canvas.getContext('2d');
            context?.drawImage(image, 0, 0);
            return context?.getImageData(0, 0, image.width, image.height).data ?? [];
          }),
        );
        const [a = [], b = []] = pixels;
        if (a.length !== b.length) return 1;
        let cells = 0;
        for (let i = 0; i < a.length; i += 4) {
          const isOther = [0, 1, 2].some(
            (channel) => Math.abs((a[i + channel] ?? 0) - (b[i + channel] ?? 0)) > threshold,
          );
          if (isOther) cells += 1;
        }
        return cells / (a.length / 4);
      },
      [[dataUrl(one), dataUrl(other)], CELL_DIFFERS] as const,
    ),
  );
}

/** Where the page's own content policy does not hold. */
async function onBlankPage<T>(page: Page, work: (blank: Page) => Promise<T>): Promise<T> {
  const blank = await page.context().newPage();
  try {
    return await work(blank);
  } finally {
    await blank.close();
  }
}

function dataUrl(png: Buffer): string {
  return `data:image/png;base64,${png.toString('base64')}`;
}
