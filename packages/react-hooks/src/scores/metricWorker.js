/** The program of the worker of `useMetricScores`: JavaScript, so that its address is the same for a source and for what is built of it. */
import "@evalwire/metrics/worker";
