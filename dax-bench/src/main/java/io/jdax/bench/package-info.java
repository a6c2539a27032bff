/**
 * What jdax costs beside what it replaces: JMH benchmarks, one class per shape of access, the
 * limits that hold for them, and the report.
 *
 * <p>A map. Measured code: {@link io.jdax.bench.DurableStore}, {@link io.jdax.bench.CopyPersist},
 * {@link io.jdax.bench.BlockWrite}, {@link io.jdax.bench.BlockRead}, {@link
 * io.jdax.bench.Downcall}; on files {@link io.jdax.bench.MappedLoad}, {@link
 * io.jdax.bench.MappedStore}, {@link io.jdax.bench.PinnedLoop}, {@link io.jdax.bench.LoadFault},
 * {@link io.jdax.bench.StoreFault}, {@link io.jdax.bench.Invalidate}, {@link io.jdax.bench.Punch},
 * {@link io.jdax.bench.FileWrite}, {@link io.jdax.bench.FileRead}, {@link io.jdax.bench.FileSync},
 * {@link io.jdax.bench.Mount}; a new shape is a new class with {@link io.jdax.bench.Shape} on it
 * and {@link io.jdax.bench.Measures} on its methods, and is found by itself. What they stand on:
 * {@link io.jdax.bench.Target} and its siblings, {@link io.jdax.bench.FileBed} and its files,
 * {@link io.jdax.bench.Walk}, {@link io.jdax.bench.Peers}, {@link io.jdax.bench.KernelMemory}.
 * Running them: {@link io.jdax.bench.Bench}, {@link io.jdax.bench.Catalogue}, {@link
 * io.jdax.bench.LimitsRun} with {@code limits.json}. Telling: {@link io.jdax.bench.ResultTable},
 * {@link io.jdax.bench.Report}.
 */
@NullMarked
package io.jdax.bench;

import org.jspecify.annotations.NullMarked;
