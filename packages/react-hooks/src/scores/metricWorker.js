/** The program of the worker of `useMetricScores`. It is JavaScript, so that its address is the same as a source and as built. */
import "@evalwire/metrics/worker";
