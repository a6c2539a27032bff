/**
 * Runs what is measured: all of it for a report, or what is promised, against its limits. Measured
 * classes are found by their annotations, so nothing here imports them.
 *
 * <p><b>The two runs.</b> {@link Bench} measures and reports; {@link LimitsRun} measures what the
 * limits need and says which hold.
 *
 * <p><b>What they are asked for.</b> {@link BenchOptions}, with an {@link Effort}; a {@link
 * BenchInputException} says what can't be done. {@link BenchRegion} is the region of a run, and
 * {@link MachineFacts} are what its figures depend on.
 *
 * <p><b>Limits.</b> A {@link Limit} is a row of {@code limits.json}. A {@link LimitWorker} is a JVM
 * that measures both of its sides in turns, and a {@link LimitVerdict} says whether it holds.
 *
 * <p><b>Ways to measure.</b> {@link JmhRun} gives a case to JMH, whose talk goes to {@link
 * ProgressFormat}. {@link LatencyRun} samples single operations, and {@link Bookkeeping} tells how
 * much memory the engine takes for a page.
 */
@NullMarked
package io.jdax.bench.run;

import org.jspecify.annotations.NullMarked;
