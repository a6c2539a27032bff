/**
 * What became of the rows, and how people are told of it: on the terminal while it runs and after,
 * in a file for programs, and as a page.
 *
 * <p><b>Figures.</b> {@link Measurement} is what became of one case, {@link Result} the same beside
 * its baseline, {@link Latency} a histogram of single operations. {@link Figures} writes numbers
 * for people.
 *
 * <p><b>While it runs.</b> {@link Progress} is a bar ({@link BarProgress}) on a {@link Terminal},
 * and lines ({@link LineProgress}) elsewhere.
 *
 * <p><b>After it.</b> {@link ResultTable} is what is printed, {@link ResultsFile} is {@code
 * results.json}, {@link Report} is {@code report.html}. Its pictures are drawn by {@link Charts};
 * {@link XCharts} is the one implementation, with the colours of {@link Palette}.
 */
@NullMarked
package io.jdax.bench.report;

import org.jspecify.annotations.NullMarked;
