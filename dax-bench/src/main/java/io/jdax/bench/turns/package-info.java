/**
 * Measures: a case by JMH, or two sides in turns.
 *
 * <p><b>A case.</b> {@link JmhRun} gives it to JMH, for as long as an {@link Effort} says, and
 * {@link ProgressFormat} keeps what JMH says.
 *
 * <p><b>Turns.</b> A {@link Pair} has two sides. {@link PairRun} starts a {@link PairWorker}, a JVM
 * that discards rounds until a {@link WarmUp} is over, and measures at a {@link Pace}.
 *
 * <p><b>Single operations.</b> {@link LatencyRun} times each {@link SingleOperation} by itself;
 * {@link SampledFile} and {@link SampledNames} are what some of them work on.
 */
@NullMarked
package io.jdax.bench.turns;

import org.jspecify.annotations.NullMarked;
