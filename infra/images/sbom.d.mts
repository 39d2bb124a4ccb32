/** Components of an image, CycloneDX; see sbom.mjs. */
export function sbomOf(image: string): string;
/** Where the committed copy is. */
export function sbomFile(image: string): string;
