package io.jdax.fs.tree;

import io.jdax.fs.space.Space;
import io.jdax.persist.Persister;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A formatted region of zeros in memory, with its tree mounted. */
final class TreeFixture implements AutoCloseable {
  static final ItemVisitor NOTHING = (hi, lo, node, offset, length) -> {};

  final Region region;
  final Persister persister;
  Space space;
  CowTree tree;

  private TreeFixture(Region region, Persister persister) throws IOException {
    this.region = region;
    this.persister = persister;
    this.space = new Space(region.name(), blocks(region));
    this.tree = CowTree.open(persister, space);
    tree.mount(2, NOTHING);
  }

  static TreeFixture format(long blocks) throws IOException {
    Region region = Region.anonymous("tree", blocks * Node.BYTES);
    return format(region, Persister.of(region));
  }

  static TreeFixture format(Region region, Persister persister) throws IOException {
    CowTree.format(persister, SuperblockInfo.create("test"));
    return new TreeFixture(region, persister);
  }

  static TreeFixture recording(long blocks) throws IOException {
    Region region = Region.anonymous("tree", blocks * Node.BYTES);
    return format(region, RecordingPersister.alone(region));
  }

  /** What is on this image, mounted. */
  static TreeFixture ofImage(byte[] image) throws IOException {
    Region region = Region.anonymous("image", image.length);
    MemorySegment.copy(MemorySegment.ofArray(image), 0, region.segment(), 0, image.length);
    try {
      return new TreeFixture(region, new PowerFailPersister(region));
    } catch (Throwable t) {
      region.close();
      throw t;
    }
  }

  static long blocks(Region region) {
    return region.sizeBytes() / Node.BYTES;
  }

  /** Forgets what is in memory only, and mounts what is on the device. */
  void remount() throws IOException {
    tree.close();
    space.close();
    space = new Space(region.name(), blocks(region));
    tree = CowTree.open(persister, space);
    tree.mount(2, NOTHING);
  }

  void put(long hi, long lo, byte... value) throws IOException {
    try (Change change = tree.change()) {
      change.put(hi, lo, value);
      change.done();
    }
  }

  @Override
  public void close() throws IOException {
    tree.close();
    space.close();
    region.close();
  }
}
