/**
 * Runs what is measured: all of it for a report, or what is promised, against its limits. Measured
 * classes are found by their annotations, so nothing here imports them.
 *
 * <p><b>The runs.</b> {@link Bench} measures every row and reports; {@link QuickRun} answers a
 * newcomer's questions; {@link LimitsRun} measures what the limits need and says which hold. {@link
 * CompareRun} measures nothing, and compares what two of them have left.
 *
 * <p><b>What they are asked for.</b> {@link BenchOptions}; a {@link BenchInputException} says what
 * can't be done. {@link BenchRegion} is the region of a run, and {@link MachineFacts} are what its
 * figures depend on, among them the {@link Commit}.
 *
 * <p><b>Limits.</b> A {@link Limit} is a row of {@code limits.json}, and a {@link LimitVerdict}
 * says whether it holds.
 *
 * <p><b>Memory.</b> {@link Bookkeeping} tells how much of it the engine takes for a page.
 */
@NullMarked
package io.jdax.bench.run;

import org.jspecify.annotations.NullMarked;
