/**
 * The ground floor of the file system: what the media hold, byte by byte, and nothing that is
 * mounted. The check stands on it as the mount does. {@code docs/format.md} draws all of it.
 *
 * <pre>
 *   {@link io.jdax.fs.format.Limits}           what fits
 *   {@link io.jdax.fs.space.Units}            bytes, blocks, pages
 *   {@link io.jdax.fs.format.Keys}             what lies where in the tree
 *   {@link io.jdax.fs.format.DirentKeys}       where a name lies in its directory, by its {@link io.jdax.fs.format.NameHash}
 *   {@link io.jdax.fs.format.InodeRecord}      {@link io.jdax.fs.format.DirentRecord} {@link io.jdax.fs.format.ExtentRecord}
 *   {@link io.jdax.fs.format.AttributeRecord}  {@link io.jdax.fs.format.QuotaRecord}
 *   {@link io.jdax.fs.format.Times}            as records keep them
 * </pre>
 */
@NullMarked
package io.jdax.fs.format;

import org.jspecify.annotations.NullMarked;
