/**
 * Who may have a block: the volatile free map, reservations, and blocks on their way back.
 *
 * <pre>
 *   Fragments      blocks smaller than a frame: parts of frames, and the frames kept for pages
 *   Space          frames, by count and then by number; what is promised, what is kept back
 *   FreeMap        a bit per frame             DelayedFrees   runs that wait for a commit
 * </pre>
 */
@NullMarked
package io.jdax.fs.space;

import org.jspecify.annotations.NullMarked;
