/**
 * One persistent ordered map for all metadata: a copy-on-write B+tree of 4 KiB nodes below two
 * superblocks, changed atomically, committed in groups. What was changed since the last commit is
 * in the {@linkplain io.jdax.fs.journal journal}.
 *
 * <p><b>The map.</b> {@link CowTree} is the whole; its own comment tells how its parts work
 * together. {@link ItemKey} is a key, and an {@link Item} is what a lookup gives.
 *
 * <p><b>Lookups.</b> {@link Lookups} are in one state of the tree, that of a {@link Reading} or of
 * a change; {@link ItemEdits} are lookups and changes. {@link OneState} is that of a reading, and
 * {@link TreeReader} looks up. {@link TreeWalk} shows every item to an {@link ItemVisitor}.
 *
 * <p><b>Changes.</b> A {@link Change} is in one commit or in none. {@link TreeWriter} modifies
 * nodes for it, and {@link UndoLog} takes that back. {@link GroupCommit} makes changes of many
 * threads durable at once, and tells of it by {@link CommitEvent}. Frames for new nodes come from
 * the change, as the {@link NodeSource}. A {@link ChangePoint} says from where on a change holds
 * for every mount to come. A modification goes down a {@link DirtyPath} of {@link DirtyNodes};
 * {@link NodeSplits} make room, {@link NodeMerges} give it back, and a {@link RangeDelete} takes
 * out many items at once.
 *
 * <p><b>On the media.</b> {@link Node}, with {@link NodeChecksum}, {@link NodeCheck} and {@link
 * FrameCopy}; {@link NodeCache} has those in DRAM. {@link Superblock} says where the tree is,
 * {@link SuperblockInfo} what was decided for it, {@link LogPlace} where the log of notes is, and
 * {@link SuperblockSlots} reads and writes both. {@link Formatter} makes an empty tree. A mount
 * finds its frames by {@link TreeFrames}, which shows some to a {@link FrameVisitor}, and makes the
 * changes that only the journal has by a {@link TreeReplay}.
 *
 * <p><b>Damage.</b> {@link TreeSurvey} reads what can still be read, and {@link TreeRebuild}
 * commits that as a new tree.
 */
@NullMarked
package io.jdax.fs.tree;

import org.jspecify.annotations.NullMarked;
