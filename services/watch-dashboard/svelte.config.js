/** Runes everywhere; styles live in `src/styles`, so no component makes a style element (CSP). */
export default { compilerOptions: { runes: true } };
