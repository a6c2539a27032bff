package io.jdax.fs;

import static io.jdax.fs.DefectCase.AFTER_A_LOST_NODE;
import static io.jdax.fs.DefectCase.defect;

import io.jdax.fs.check.DefectCode;
import io.jdax.fs.tree.TreeVandal;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.stream.Stream;

/** What can be wrong with the superblocks and the nodes of the tree. */
final class TreeDefects {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private TreeDefects() {}

  static Stream<DefectCase> cases() {
    return Stream.of(
        defect(
            DefectCode.SB1,
            "frame 0 (offset 0): superblock slot A has a bad checksum; slot B is used, which is"
                + " commit ",
            d -> d.region.segment().set(ValueLayout.JAVA_BYTE, 100, (byte) 77)),
        defect(
            DefectCode.SB1,
            "frame 1 (offset 4096): superblock slot B has no magic number; slot A is used",
            d -> d.region.segment().set(ValueLayout.JAVA_BYTE, 4096, (byte) 77)),
        defect(
            DefectCode.SB1,
            "uses features that this release does not know",
            d ->
                TreeVandal.superblock(
                    d.region,
                    1 - TreeVandal.newestSlot(d.region),
                    s -> s.set(LONG, TreeVandal.SUPERBLOCK_INCOMPATIBLE, 1L << 40))),
        defect(
            DefectCode.SB3,
            "is damaged, and that of commit",
            d -> {
              long root = TreeVandal.nodes(d.region, TreeVandal.rootLevel(d.region)).getFirst();
              d.region.segment().set(ValueLayout.JAVA_BYTE, (root << 12) + 99, (byte) 77);
            },
            DefectCode.ND2),
        defect(
            DefectCode.SB4,
            "the superblock says 99 nodes",
            d ->
                TreeVandal.superblock(
                    d.region,
                    TreeVandal.newestSlot(d.region),
                    s -> s.set(LONG, TreeVandal.SUPERBLOCK_NODES, 99))),
        defect(
            DefectCode.ND2,
            "node of level 0 has a bad checksum; lost: from inode",
            d -> d.region.segment().set(ValueLayout.JAVA_BYTE, (d.leaf(5) << 12) + 99, (byte) 77),
            AFTER_A_LOST_NODE),
        defect(
            DefectCode.ND3,
            "has level 7 where 0 is expected",
            d ->
                TreeVandal.node(
                    d.region, d.leaf(5), s -> s.set(SHORT, TreeVandal.NODE_LEVEL, (short) 7)),
            AFTER_A_LOST_NODE),
        defect(
            DefectCode.ND4,
            "values from byte 5000 on",
            d ->
                TreeVandal.node(
                    d.region, d.leaf(5), s -> s.set(SHORT, TreeVandal.NODE_VALUES, (short) 5000)),
            AFTER_A_LOST_NODE),
        defect(
            DefectCode.ND5,
            "has a key out of order in slot 1",
            d ->
                TreeVandal.node(
                    d.region, d.leaf(5), s -> s.set(LONG, TreeVandal.NODE_SLOTS + 20, 0)),
            AFTER_A_LOST_NODE),
        defect(
            DefectCode.ND6,
            "is in use twice",
            d -> {
              long first = d.leaf(0);
              long root = TreeVandal.nodes(d.region, TreeVandal.rootLevel(d.region)).getFirst();
              TreeVandal.node(
                  d.region, root, s -> s.set(LONG, TreeVandal.NODE_SLOTS + 24 * 2 + 16, first));
            },
            AFTER_A_LOST_NODE));
  }
}
