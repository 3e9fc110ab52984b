/**
 * The laws draw the same cases on every run, so that a check that fails says something of the change at hand and fails again when
 * repeated. `LAW_SEED=random` draws others; a number draws those of a failure seen before.
 */
import process from "node:process";
import * as fc from "fast-check";

const { LAW_SEED = "1" } = process.env;

if (LAW_SEED !== "random") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(LAW_SEED) });
