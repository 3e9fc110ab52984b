/**
 * No test runs where local time is UTC: what reads a time without a zone as local time is off there, and a test can see it.
 *
 * The laws draw the same cases on every run, so that a check that fails says something of the change at hand and fails again when
 * repeated. `LAW_SEED=random` draws others; a number draws those of a failure seen before.
 */
import process from "node:process";
import * as fc from "fast-check";

process.env["TZ"] = "America/St_Johns";

const { LAW_SEED = "1" } = process.env;

if (LAW_SEED !== "random") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(LAW_SEED) });
