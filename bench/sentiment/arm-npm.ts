/** Arm "npm": vader-sentiment as its documents show it. */
import vader from 'vader-sentiment';
import { measure } from './measure.ts';

measure(
  (text) => vader.SentimentIntensityAnalyzer.polarity_scores(text).compound,
  Number(process.env['PASSES']),
);
