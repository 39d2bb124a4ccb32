/** What an image is made of; see layout.mjs. */
export interface Layout {
  readonly entry: string;
  readonly workspaces: readonly string[];
  readonly packages: readonly string[];
  readonly folders: readonly string[];
  readonly isJob: boolean;
}
export const imageNames: readonly string[];
export function layoutOf(image: string): Layout;
