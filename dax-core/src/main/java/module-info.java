/** Regions of persistent memory, their persistence, and the block devices on them. */
module io.jdax.core {
  requires io.jdax.stubs;
  requires jdk.nio.mapmode;
  requires static org.jspecify;

  exports io.jdax.block;
  exports io.jdax.os;
  exports io.jdax.persist;
  exports io.jdax.region;
}
