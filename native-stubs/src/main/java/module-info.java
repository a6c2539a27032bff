/** The native library of jdax, as a resource. */
module io.jdax.stubs {
  requires static org.jspecify;

  exports io.jdax.stubs;
}
