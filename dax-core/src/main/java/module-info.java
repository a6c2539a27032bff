/** Regions of persistent memory, their persistence, block devices on them, and the DAX engine. */
module io.jdax.core {
  requires io.jdax.stubs;
  requires jdk.jfr;
  requires jdk.nio.mapmode;
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;

  exports io.jdax.block;
  exports io.jdax.fs;
  exports io.jdax.fs.check;
  exports io.jdax.fs.error;
  exports io.jdax.fs.facts;
  exports io.jdax.machine;
  exports io.jdax.mm;
  exports io.jdax.persist;
  exports io.jdax.region;
}
