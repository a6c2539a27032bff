/**
 * The ground floor of the file system: what the media hold, byte by byte, and nothing that is
 * mounted. The check stands on it as the mount does. {@code docs/format.md} draws all of it.
 *
 * <pre>
 *   {@link Limits}           what fits
 *   {@link io.jdax.fs.space.Units}            bytes, blocks, pages
 *   {@link Keys}             what lies where in the tree
 *   {@link DirentKeys}       where a name lies in its directory, by its {@link NameHash}, which {@link SipHash} makes
 *   {@link InodeRecord}      {@link DirentRecord} {@link ExtentRecord}; {@link ExtentItems} are those of one file
 *   {@link AttributeRecord}  {@link QuotaRecord}
 *   {@link Times}            as records keep them, in the byte order of {@link LittleEndian}
 * </pre>
 */
@NullMarked
package io.jdax.fs.format;

import org.jspecify.annotations.NullMarked;
