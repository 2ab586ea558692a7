/**
 * Properties are drawn from one seed in the usual run, so that it gives the same answer twice; long runs draw anew, and print the seed of what they find.
 */
import fc from "fast-check";

if (process.env.THIOSCOPE_LONG === undefined) fc.configureGlobal({ seed: 20261121 });
