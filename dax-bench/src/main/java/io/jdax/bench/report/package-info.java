/**
 * What became of the rows, and how people are told of it: on the terminal while it runs and after,
 * in a file for programs, and as a page.
 *
 * <p><b>Figures.</b> {@link Measurement} is what became of one case, {@link PairMeasurement} of two
 * sides that were measured in turns, in {@link Rounds}; {@link Result} is a row of either, beside
 * its baseline, and {@link Latency} a histogram of single operations. {@link Spread} says how far
 * values lie apart, and {@link RunFacts} on what they depend. {@link Figures} writes numbers for
 * people. A {@link Question} is what a newcomer asks.
 *
 * <p><b>While it runs.</b> {@link Progress} is a bar ({@link BarProgress}) on a {@link Terminal},
 * and lines ({@link LineProgress}) elsewhere.
 *
 * <p><b>After it.</b> {@link ResultTable} or {@link PairTable} is what is printed, in {@link
 * Columns}; {@link ResultsFile} is {@code results.json}, and {@link Comparison} tells two of them
 * apart.
 *
 * <p><b>The page.</b> {@link Report} is {@code report.html}, with a {@link Card} for each question,
 * and {@link PairRows}, in {@link Html}. Its pictures are drawn by {@link Charts}; {@link XCharts}
 * is the one implementation, with the colours of {@link Palette}.
 */
@NullMarked
package io.jdax.bench.report;

import org.jspecify.annotations.NullMarked;
