// The words of the measures that the overview shows.
import { t } from '../shared/i18n.js';
import { count } from './words.js';

export const topicName = (topic) => t(`dashboard.topic.${topic}`);
export const measureName = (measure) => t(`dashboard.measure.${measure}`);

// What the rate divides by what, in words.
export const measureOf = ({ measure, numerator, denominator }) => t(`dashboard.measure_of.${measure}`, { numerator: count(numerator), denominator: count(denominator) });
