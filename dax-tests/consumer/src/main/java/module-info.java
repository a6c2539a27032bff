/** Uses jdax as any other module does. */
module io.jdax.consumer {
  requires io.jdax.core;

  exports io.jdax.consumer;
}
