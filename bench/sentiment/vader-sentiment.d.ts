/** The part of npm vader-sentiment 1.1.3 that is measured; the package has no types. */
declare module 'vader-sentiment' {
  interface Polarity {
    readonly neg: number;
    readonly neu: number;
    readonly pos: number;
    readonly compound: number;
  }
  const vader: {
    readonly SentimentIntensityAnalyzer: { readonly polarity_scores: (text: string) => Polarity };
  };
  export default vader;
}
