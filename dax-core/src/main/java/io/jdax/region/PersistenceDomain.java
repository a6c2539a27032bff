package io.jdax.region;

/**
 * How far a store must travel until power loss can't take it back; the words of {@code
 * /sys/bus/nd/devices/regionN/persistence_domain} (Documentation/ABI/testing/sysfs-bus-nvdimm).
 */
public enum PersistenceDomain {
  /** The caches are flushed on power loss (eADR). */
  CPU_CACHE,
  /** A store is safe once it reached the memory controller (ADR). */
  MEMORY_CONTROLLER,
  /** The platform does not say, and is treated as {@link #MEMORY_CONTROLLER}. */
  UNKNOWN,
  /** No store survives power loss. */
  NONE;

  static PersistenceDomain parse(String attribute) {
    return switch (attribute) {
      case "cpu_cache" -> CPU_CACHE;
      case "memory_controller" -> MEMORY_CONTROLLER;
      case "unknown", "" -> UNKNOWN;
      default -> throw new IllegalArgumentException(attribute);
    };
  }
}
