/**
 * What benchmarks stand on: the region of a run and the files on it, made once for each JVM that
 * measures and kept from trial to trial. Knows neither shapes nor results.
 *
 * <p><b>Beds.</b> {@link TestBed} is the region that this JVM measures on. {@link FileBed} is a
 * file system on it, on one {@link Medium}; {@link MediaRate} tells how fast the region can be
 * written.
 *
 * <p><b>Files.</b> {@link LargeFile} is what the access and file groups work on, in one {@link
 * Layout}; {@link TierFile} is a working set, in DRAM or not; {@link ScratchFile} is a file that is
 * gone after its measurement, and the other two are made of it.
 *
 * <p><b>States for JMH</b> that several packages of shapes share: {@link FileTarget} is the large
 * file, {@link TierTarget} a working set, {@link TouchedPages} are pages that nobody has touched.
 *
 * <p><b>Walks</b> lead a thread through memory: {@link Walk} through the region, {@link FileWalk}
 * through the large file, {@link TierWalk} through a working set.
 *
 * <p><b>C.</b> {@link Peers} binds the loops of {@code peers.c} and of libpmem.
 */
@NullMarked
package io.jdax.bench.bed;

import org.jspecify.annotations.NullMarked;
